#include "s3/credentials/renewal.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const wall_time got{};

TEST(renewal, begins_five_to_seven_and_a_half_minutes_before_the_end) {
    EXPECT_EQ(renewal_time(got, got + hours{1}, 0.0), got + minutes{55});
    EXPECT_EQ(renewal_time(got, got + hours{1}, 1.0), got + minutes{60} - seconds{450});
    EXPECT_EQ(renewal_time(got, got + hours{6}, 0.0), got + hours{6} - minutes{5});
}

TEST(renewal, of_keys_with_a_short_life_begins_at_half_of_it) {
    EXPECT_EQ(renewal_time(got, got + minutes{6}, 0.5), got + minutes{3});
}

TEST(renewal, is_not_begun_again_at_once_for_keys_that_are_about_to_end) {
    EXPECT_EQ(renewal_time(got, got + seconds{4}, 0.5), got + seconds{10});
}

TEST(renewal, leaves_a_source_that_fails_alone_for_a_while_that_doubles_up_to_sixteen_seconds) {
    EXPECT_EQ(pause_after_failure(1, 1.0), seconds{1});
    EXPECT_EQ(pause_after_failure(2, 1.0), seconds{2});
    EXPECT_EQ(pause_after_failure(5, 1.0), seconds{16});
    EXPECT_EQ(pause_after_failure(50, 1.0), seconds{16});
    EXPECT_EQ(pause_after_failure(5, 0.0), seconds{8});
}

}  // namespace
}  // namespace berth::s3
