#include "s3/part_plan.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(part_plan, doubles_the_part_size_every_thousand_parts_up_to_32_mebibytes) {
    const part_plan plan{.first_bytes = 5 * mebibyte};
    EXPECT_EQ(plan.size_of(1), 5 * mebibyte);
    EXPECT_EQ(plan.size_of(1000), 5 * mebibyte);
    EXPECT_EQ(plan.size_of(1001), 10 * mebibyte);
    EXPECT_EQ(plan.size_of(2001), 20 * mebibyte);
    EXPECT_EQ(plan.size_of(3001), 32 * mebibyte);
    EXPECT_EQ(plan.size_of(10'000), 32 * mebibyte);
}

TEST(part_plan, never_shrinks_a_part_that_is_larger_than_the_cap) {
    const part_plan plan{.first_bytes = 100 * mebibyte};
    EXPECT_EQ(plan.size_of(1), 100 * mebibyte);
    EXPECT_EQ(plan.size_of(10'000), 100 * mebibyte);
}

TEST(part_plan, reaches_beyond_250_gibibytes_with_chunks_of_5_mebibytes) {
    const part_plan plan = plan_parts(5 * mebibyte, 128 * mebibyte);
    std::uint64_t total = 0;
    for (unsigned number = 1; number <= max_parts; ++number) total += plan.size_of(number);
    EXPECT_GT(total, std::uint64_t{250} << 30);
}

TEST(part_plan, has_parts_of_a_sixteenth_of_the_memory_or_as_large_as_the_operator_wants) {
    EXPECT_EQ(plan_parts(5 * mebibyte, 128 * mebibyte).first_bytes, 8 * mebibyte);
    EXPECT_EQ(plan_parts(10 * mebibyte, 128 * mebibyte).first_bytes, 10 * mebibyte);
    EXPECT_EQ(plan_parts(5 * mebibyte, 16 * mebibyte).first_bytes, 5 * mebibyte) << "S3 takes no smaller one";
    EXPECT_EQ(plan_parts(5 * mebibyte, 4096 * mebibyte).first_bytes, 32 * mebibyte);
    EXPECT_EQ(plan_parts(1024 * mebibyte, 128 * mebibyte).first_bytes, 32 * mebibyte) << "four must fit";
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
