#include "s3/part_plan.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(part_plan, doubles_the_part_size_every_thousand_parts_up_to_32_mebibytes) {
    EXPECT_EQ(part_size(1, 5 * mebibyte), 5 * mebibyte);
    EXPECT_EQ(part_size(1000, 5 * mebibyte), 5 * mebibyte);
    EXPECT_EQ(part_size(1001, 5 * mebibyte), 10 * mebibyte);
    EXPECT_EQ(part_size(2001, 5 * mebibyte), 20 * mebibyte);
    EXPECT_EQ(part_size(3001, 5 * mebibyte), 32 * mebibyte);
    EXPECT_EQ(part_size(10'000, 5 * mebibyte), 32 * mebibyte);
}

TEST(part_plan, never_shrinks_a_chunk_that_is_larger_than_the_cap) {
    EXPECT_EQ(part_size(1, 100 * mebibyte), 100 * mebibyte);
    EXPECT_EQ(part_size(10'000, 100 * mebibyte), 100 * mebibyte);
}

TEST(part_plan, reaches_beyond_250_gibibytes_with_chunks_of_5_mebibytes) {
    std::uint64_t total = 0;
    for (unsigned number = 1; number <= max_parts; ++number) total += part_size(number, 5 * mebibyte);
    EXPECT_GT(total, std::uint64_t{250} << 30);
}

TEST(part_plan, keeps_the_buffers_of_an_upload_within_32_mebibytes) {
    EXPECT_EQ(buffer_count(5 * mebibyte), 4u);
    EXPECT_EQ(buffer_count(10 * mebibyte), 3u);
    EXPECT_EQ(buffer_count(16 * mebibyte), 2u);
    EXPECT_EQ(buffer_count(32 * mebibyte), 1u);
    EXPECT_EQ(buffer_count(1024 * mebibyte), 1u);
}

TEST(part_plan, copies_every_byte_once) {
    const auto ranges = copy_ranges(100, 32);
    ASSERT_EQ(ranges.size(), 4u);
    EXPECT_EQ(ranges[0].first, 0u);
    EXPECT_EQ(ranges[0].last, 31u);
    EXPECT_EQ(ranges[3].first, 96u);
    EXPECT_EQ(ranges[3].last, 99u);
    EXPECT_EQ(copy_ranges(64, 32).size(), 2u);
}

TEST(part_plan, grows_the_parts_of_a_copy_instead_of_passing_10000) {
    const std::uint64_t terabyte = 1'000'000'000'000;
    const auto ranges = copy_ranges(terabyte, 32 * mebibyte);
    EXPECT_LE(ranges.size(), max_parts);
    EXPECT_EQ(ranges.back().last, terabyte - 1);
}

}  // namespace
}  // namespace berth::s3
