#include "base/histogram.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using namespace std::chrono_literals;

TEST(time_histogram, a_bucket_holds_what_took_at_most_its_bound) {
    time_histogram times;
    times.add(100us);
    times.add(101us);
    times.add(1ms);
    EXPECT_EQ(times.in_bucket(0), 1u);
    EXPECT_EQ(times.in_bucket(1), 1u);
    EXPECT_EQ(times.in_bucket(3), 1u);
    EXPECT_EQ(times.count(), 3u);
    EXPECT_EQ(times.total(), 1201us);
}

TEST(time_histogram, what_takes_longer_than_all_bounds_is_in_the_last_bucket) {
    time_histogram times;
    times.add(1h);
    EXPECT_EQ(times.in_bucket(time_histogram::buckets - 1), 1u);
    EXPECT_EQ(times.count(), 1u);
}

TEST(time_histogram, its_bounds_grow) {
    EXPECT_TRUE(std::ranges::is_sorted(time_histogram::bounds, std::ranges::less{}));
}

TEST(size_histogram, a_bucket_holds_what_has_at_most_its_bound) {
    size_histogram sizes;
    sizes.add(1024);
    sizes.add(1025);
    sizes.add(std::uint64_t{1} << 40);
    EXPECT_EQ(sizes.in_bucket(0), 1u);
    EXPECT_EQ(sizes.in_bucket(1), 1u);
    EXPECT_EQ(sizes.in_bucket(size_histogram::buckets - 1), 1u);
    EXPECT_EQ(sizes.total(), 2049 + (std::uint64_t{1} << 40));
}

}  // namespace
}  // namespace berth
