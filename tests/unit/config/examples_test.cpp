#include "config/load.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace berth::config {
namespace {

TEST(examples, are_sound_and_have_nothing_to_warn_of) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{BERTH_SOURCE_DIR "/examples"}) {
        ++files;
        for (const finding& f : load_file(entry.path(), {}).findings) ADD_FAILURE() << f.str();
    }
    EXPECT_GE(files, 4U);
}

}  // namespace
}  // namespace berth::config
