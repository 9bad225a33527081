#include "base/option_file.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth {
namespace {

TEST(file_stamp, changes_when_others_may_read_the_file) {
    const test::temporary_directory folder;
    const std::string path = folder.path() / "keys";
    std::ofstream{path} << "key";
    const file_stamp before = file_stamp::of(path);
    EXPECT_EQ(file_stamp::of(path), before);
    // The clock of a file system has steps.
    bool has_changed = false;
    for (int i = 0; i < 10'000 && !has_changed; ++i) {
        std::filesystem::permissions(path, std::filesystem::perms::owner_read);
        std::filesystem::permissions(path, std::filesystem::perms::all);
        has_changed = file_stamp::of(path) != before;
    }
    EXPECT_TRUE(has_changed);
}

TEST(file_stamp, changes_when_another_file_comes_into_its_place) {
    const test::temporary_directory folder;
    const std::string path = folder.path() / "keys", other = folder.path() / "other";
    std::ofstream{path} << "key";
    std::ofstream{other} << "yek";
    const file_stamp before = file_stamp::of(path);
    std::filesystem::rename(other, path);
    EXPECT_NE(file_stamp::of(path), before);
}

}  // namespace
}  // namespace berth
