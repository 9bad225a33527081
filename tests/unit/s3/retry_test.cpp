#include "s3/retry.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr retry_schedule::time_point start{};

TEST(retry, doubles_the_ceiling_of_the_pause_up_to_the_cap) {
    const backoff timing{milliseconds{50}, seconds{5}};
    EXPECT_EQ(timing.pause(1, 1.0), milliseconds{50});
    EXPECT_EQ(timing.pause(2, 1.0), milliseconds{100});
    EXPECT_EQ(timing.pause(4, 0.5), milliseconds{200});
    EXPECT_EQ(timing.pause(40, 1.0), seconds{5});
    EXPECT_EQ(timing.pause(3, 0.0), milliseconds{0});
}

TEST(retry, ends_after_the_allowed_attempts) {
    retry_schedule schedule{{.attempts = 3, .deadline = seconds{15}}, {}, start};
    EXPECT_TRUE(schedule.next(start, 0.5));
    EXPECT_TRUE(schedule.next(start, 0.5));
    EXPECT_FALSE(schedule.next(start, 0.5));
}

TEST(retry, begins_no_attempt_past_the_deadline) {
    retry_schedule schedule{{.attempts = 9, .deadline = seconds{15}}, {}, start};
    EXPECT_TRUE(schedule.next(start + seconds{14}, 0.0));
    EXPECT_FALSE(schedule.next(start + seconds{16}, 0.0));
}

TEST(retry, waits_as_long_as_the_server_asks_but_not_past_the_cap) {
    retry_schedule schedule{{.attempts = 9, .deadline = seconds{15}}, {milliseconds{50}, seconds{5}}, start};
    EXPECT_EQ(schedule.next(start, 0.0, seconds{2}), seconds{2});
    EXPECT_EQ(schedule.next(start, 0.0, seconds{3600}), seconds{5});
}

TEST(retry, of_a_question_asked_once_never_happens) {
    retry_schedule schedule{one_try, {}, start};
    EXPECT_FALSE(schedule.next(start, 0.0));
}

}  // namespace
}  // namespace berth::s3
