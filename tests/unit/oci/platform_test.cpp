#include "oci/platform.hpp"

#include <gtest/gtest.h>

namespace berth::oci {
namespace {

TEST(platform, is_written_with_slashes) {
    for (const std::string text : {"linux/amd64", "linux/arm/v7", "windows/amd64", "wasip1/wasm"}) {
        const auto parsed = platform::parse(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->str(), text);
    }
}

TEST(platform, refuses_everything_else) {
    for (const char* text :
         {"", "linux", "linux/", "/amd64", "linux//v7", "linux/arm/v7/x", "linux/a b", "Linux/amd64"})
        EXPECT_FALSE(platform::parse(text)) << text;
}

TEST(platform, accepts_what_runs_on_it) {
    const platform arm{"linux", "arm"}, v7{"linux", "arm", "v7"}, v6{"linux", "arm", "v6"};
    EXPECT_TRUE(arm.accepts(v7));
    EXPECT_TRUE(v7.accepts(arm));
    EXPECT_TRUE(v7.accepts(v7));
    EXPECT_FALSE(v7.accepts(v6));
    EXPECT_FALSE(arm.accepts({"linux", "arm64"}));
    EXPECT_FALSE(arm.accepts({"windows", "arm"}));
}

}  // namespace
}  // namespace berth::oci
