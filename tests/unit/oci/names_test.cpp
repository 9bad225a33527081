#include "oci/names.hpp"

#include <gtest/gtest.h>

namespace berth::oci {
namespace {

TEST(repository_name, accepts_the_names_of_the_spec) {
    for (const std::string text : {"a", "0", "ubuntu", "library/ubuntu", "a/b/c/d", "a.b", "a_b", "a__b", "a-b",
                                   "a---b", "my-team/model.v2/gpt_4__big"}) {
        const auto name = repository_name::parse(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(name->str(), text);
    }
}

TEST(repository_name, refuses_everything_else) {
    for (const char* text :
         {"",    "/",      "a/",  "/a",   "a//b", "A",      "aB",       "a..b",       "a.",    ".a",
          "..",  "a/../b", "_a",  "a_",   "-a",   "a-",     "a___b",    "a._b",       "a-.b",  "a_-b",
          "a b", "a:b",    "a@b", "a\nb", "a\n",  "\u00e4", "_catalog", "a/_uploads", "a%2fb", "a\\b"})
        EXPECT_FALSE(repository_name::parse(text)) << text;
    EXPECT_FALSE(repository_name::parse(std::string_view{"a\0b", 3}));
}

TEST(repository_name, has_at_most_255_characters) {
    EXPECT_TRUE(repository_name::parse(std::string(255, 'a')));
    EXPECT_FALSE(repository_name::parse(std::string(256, 'a')));
    EXPECT_FALSE(repository_name::parse("a" + std::string(100000, '-') + "a"));
}

TEST(tag, accepts_the_tags_of_the_spec) {
    for (const std::string text : {"latest", "1.0", "v1.0-rc.1_x", "_", "A", "9", "a..", "a--"}) {
        const auto read = tag::parse(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->str(), text);
    }
}

TEST(tag, refuses_everything_else) {
    for (const char* text : {"", "-a", ".a", "..", "a/b", "a:b", "a b", "a\n", "\u00e4", "a@b", "a+b"})
        EXPECT_FALSE(tag::parse(text)) << text;
}

TEST(tag, has_at_most_128_characters) {
    EXPECT_TRUE(tag::parse(std::string(128, 'a')));
    EXPECT_FALSE(tag::parse(std::string(129, 'a')));
}

}  // namespace
}  // namespace berth::oci
