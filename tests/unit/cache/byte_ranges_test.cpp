#include "cache/disk/byte_ranges.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

using range = byte_ranges::range;

TEST(byte_ranges, joins_what_touches_or_overlaps) {
    byte_ranges there;
    there.add({10, 20});
    there.add({30, 40});
    EXPECT_EQ(there.all().size(), 2u);
    there.add({20, 30});
    EXPECT_EQ(there.all(), (std::map<std::uint64_t, std::uint64_t>{{10, 40}}));
    there.add({0, 100});
    EXPECT_EQ(there.all(), (std::map<std::uint64_t, std::uint64_t>{{0, 100}}));
    there.add({50, 60});
    there.add({7, 7});
    EXPECT_EQ(there.all(), (std::map<std::uint64_t, std::uint64_t>{{0, 100}}));
}

TEST(byte_ranges, says_how_far_one_can_read) {
    byte_ranges there;
    there.add({10, 20});
    EXPECT_EQ(there.end_from(9), 9u);
    EXPECT_EQ(there.end_from(10), 20u);
    EXPECT_EQ(there.end_from(19), 20u);
    EXPECT_EQ(there.end_from(20), 20u);
    EXPECT_EQ(there.end_from(25), 25u);
}

TEST(byte_ranges, finds_the_first_gap) {
    byte_ranges there;
    EXPECT_EQ(there.first_gap({0, 50}), (range{0, 50}));
    there.add({0, 10});
    there.add({20, 30});
    EXPECT_EQ(there.first_gap({0, 50}), (range{10, 20}));
    EXPECT_EQ(there.first_gap({15, 18}), (range{15, 18}));
    EXPECT_EQ(there.first_gap({22, 50}), (range{30, 50}));
    EXPECT_EQ(there.first_gap({22, 30}), std::nullopt);
    EXPECT_EQ(there.first_gap({5, 5}), std::nullopt);
}

}  // namespace
}  // namespace berth::cache
