#include "s3/read_pace.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

using namespace std::chrono_literals;
using clock = read_pace::clock;

constexpr std::size_t mebibyte = 1024 * 1024;
const clock::time_point start{1h};

TEST(read_pace, halves_the_ranges_at_once_and_doubles_their_size_when_s3_says_slow_down) {
    read_pace pace{{.concurrency = 32, .range_bytes = 2 * mebibyte}};
    pace.throttled(start);
    EXPECT_EQ(pace.concurrency(), 16u);
    EXPECT_EQ(pace.range_bytes(), 4 * mebibyte);
}

TEST(read_pace, takes_the_refusals_of_one_round_for_one) {
    read_pace pace{{.concurrency = 32, .range_bytes = 2 * mebibyte}};
    for (int i = 0; i < 20; ++i) pace.throttled(start + i * 1ms);
    EXPECT_EQ(pace.concurrency(), 16u);
    pace.throttled(start + 1s);
    EXPECT_EQ(pace.concurrency(), 8u);
}

TEST(read_pace, never_stops_and_never_asks_for_more_than_eight_times_a_range) {
    read_pace pace{{.concurrency = 32, .range_bytes = 2 * mebibyte}};
    for (int i = 0; i < 20; ++i) pace.throttled(start + i * 1s);
    EXPECT_EQ(pace.concurrency(), 2u);
    EXPECT_EQ(pace.range_bytes(), 16 * mebibyte);
}

TEST(read_pace, grows_by_one_for_each_round_of_answers) {
    read_pace pace{{.concurrency = 32, .range_bytes = 2 * mebibyte}};
    pace.throttled(start);
    for (int i = 0; i < 17; ++i) pace.arrived(start + 1s, 30ms, 60ms);
    EXPECT_EQ(pace.concurrency(), 17u);
    for (int i = 0; i < 2000; ++i) pace.arrived(start + 1s, 30ms, 60ms);
    EXPECT_EQ(pace.concurrency(), 32u);
}

TEST(read_pace, goes_back_to_ordinary_ranges_after_a_time_of_peace) {
    read_pace pace{{.concurrency = 32, .range_bytes = 2 * mebibyte}};
    pace.throttled(start);
    pace.arrived(start + 4s, 30ms, 60ms);
    EXPECT_EQ(pace.range_bytes(), 4 * mebibyte);
    pace.arrived(start + 6s, 30ms, 60ms);
    EXPECT_EQ(pace.range_bytes(), 2 * mebibyte);
}

TEST(read_pace, asks_twice_only_when_it_knows_what_is_slow) {
    read_pace pace{{}};
    EXPECT_EQ(pace.hedge_after(), read_pace::duration::max());
    for (int i = 0; i < 8; ++i) pace.arrived(start, 100ms, 200ms);
    EXPECT_EQ(pace.hedge_after(), 400ms);
}

TEST(read_pace, asks_twice_seldom) {
    read_pace pace{{}};
    EXPECT_TRUE(pace.may_hedge());
    EXPECT_FALSE(pace.may_hedge());
    for (int i = 0; i < 21; ++i) pace.arrived(start, 30ms, 60ms);
    EXPECT_TRUE(pace.may_hedge());
    EXPECT_FALSE(pace.may_hedge());
}

TEST(read_pace, is_more_patient_with_each_attempt) {
    read_pace pace{{}};
    for (int i = 0; i < 8; ++i) pace.arrived(start, 100ms, 500ms);
    EXPECT_EQ(pace.patience(0), 4s);
    EXPECT_EQ(pace.patience(1), 8s);
}

}  // namespace
}  // namespace berth::s3
