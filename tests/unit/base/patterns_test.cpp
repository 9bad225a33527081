#include "base/patterns.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(patterns, match_a_part_of_the_text_unless_anchored) {
    const auto loose = patterns::compile({"example"}), whole = patterns::compile({"^example$"});
    EXPECT_TRUE(loose->match("https://example.com"));
    EXPECT_FALSE(whole->match("https://example.com"));
    EXPECT_TRUE(whole->match("example"));
}

TEST(patterns, match_when_one_of_them_does) {
    const auto some = patterns::compile({"a|b", "c"});
    EXPECT_TRUE(some->match("xb"));
    EXPECT_TRUE(some->match("c"));
    EXPECT_FALSE(some->match("d"));
    EXPECT_FALSE(patterns{}.match(""));
    EXPECT_TRUE(patterns{}.empty());
}

TEST(patterns, have_the_syntax_of_go) {
    EXPECT_TRUE(
        patterns::compile({R"((?i)^HTTPS?://(?P<host>[^/]+)\.example/\d{2}\z)"})->match("https://a.example/12"));
}

TEST(patterns, say_what_is_wrong_with_one) {
    for (const char* bad : {"(", "a**", "[z-a]", "\\8", "(?<=x)y"}) {
        const auto made = patterns::compile({"fine", bad});
        ASSERT_FALSE(made.has_value()) << bad;
        EXPECT_FALSE(made.error().empty()) << bad;
    }
}

}  // namespace
}  // namespace berth
