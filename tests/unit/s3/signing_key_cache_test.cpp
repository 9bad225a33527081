#include "s3/signing_key_cache.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

const wall_time noon = std::chrono::system_clock::from_time_t(1369396800);  // 20130524T120000Z

shared_keys some_keys(std::string secret) {
    return std::make_shared<const key_set>(key_set{{"AKIA", std::move(secret), ""}});
}

TEST(signing_key_cache, gives_the_key_of_the_keys_the_region_and_the_day_it_is_asked_for) {
    signing_key_cache cache;
    const auto first = some_keys("one");
    const auto second = some_keys("two");
    using std::chrono::hours;
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(cache.get(first, "us-east-1", noon), signing_key("one", "20130524", "us-east-1"));
        EXPECT_EQ(cache.get(first, "us-east-1", noon + hours{11}), signing_key("one", "20130524", "us-east-1"));
        EXPECT_EQ(cache.get(first, "us-east-1", noon + hours{12}), signing_key("one", "20130525", "us-east-1"));
        EXPECT_EQ(cache.get(first, "eu-west-1", noon), signing_key("one", "20130524", "eu-west-1"));
        EXPECT_EQ(cache.get(second, "eu-west-1", noon), signing_key("two", "20130524", "eu-west-1"));
    }
}

}  // namespace
}  // namespace berth::s3
