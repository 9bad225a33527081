#include "s3/retry_quota.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(retry_quota, gives_what_there_is_and_no_more) {
    retry_quota quota{12};
    EXPECT_TRUE(quota.take(5));
    EXPECT_TRUE(quota.take(5));
    EXPECT_FALSE(quota.take(5));
    EXPECT_EQ(quota.left(), 2u);
}

TEST(retry_quota, gets_back_what_a_successful_request_had_taken) {
    retry_quota quota{20};
    quota.take(15);
    quota.succeeded(15);
    EXPECT_EQ(quota.left(), 20u);
}

TEST(retry_quota, recovers_by_one_for_each_plain_success_up_to_its_capacity) {
    retry_quota quota{6};
    quota.take(5);
    for (int i = 0; i < 4; ++i) quota.succeeded(0);
    EXPECT_EQ(quota.left(), 5u);
    for (int i = 0; i < 4; ++i) quota.succeeded(0);
    EXPECT_EQ(quota.left(), 6u);
}

TEST(retry_quota, lets_an_outage_multiply_no_request_once_it_is_spent) {
    retry_quota quota{500};
    unsigned sent = 0;
    for (int request = 0; request < 1000; ++request) {
        sent += 1;
        for (int repetition = 0; repetition < 4 && quota.take(retry_quota::cost_of_error); ++repetition) sent += 1;
    }
    EXPECT_EQ(sent, 1000u + 100u);
}

}  // namespace
}  // namespace berth::s3
