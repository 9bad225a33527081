#include "s3/content_range.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(content_range, says_which_bytes_of_how_many) {
    const auto range = parse_content_range("bytes 100-199/1000");
    ASSERT_TRUE(range);
    EXPECT_EQ(range->first, 100u);
    EXPECT_EQ(range->last, 199u);
    EXPECT_EQ(range->whole_bytes, 1000u);
}

TEST(content_range, is_none_when_it_is_of_another_form_or_contradicts_itself) {
    for (const char* text : {"", "bytes */1000", "bytes 0-9", "bytes 0-9/*", "items 0-9/10", "bytes 9-0/10",
                             "bytes 0-10/10", "bytes a-9/10", "bytes 0-9/10x", "bytes /-", "bytes -9/10"})
        EXPECT_FALSE(parse_content_range(text)) << text;
}

}  // namespace
}  // namespace berth::s3
