#include "cache/disk/fetched_ahead.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

TEST(fetched_ahead, counts_what_is_asked_for_later_as_used_and_once) {
    fetched_ahead ahead;
    ahead.begin("a");
    ahead.fetched("a", 10);
    ahead.fetched("a", 5);
    EXPECT_EQ(ahead.unasked_bytes("a"), 15u);
    ahead.asked_for("a");
    ahead.asked_for("a");
    ahead.dropped("a");
    EXPECT_FALSE(ahead.is_unasked("a"));
    EXPECT_EQ(ahead.unasked_bytes("a"), 0u);
    EXPECT_EQ(ahead.counted().fetched_bytes.value(), 15u);
    EXPECT_EQ(ahead.counted().used_bytes.value(), 15u);
    EXPECT_EQ(ahead.counted().wasted_bytes.value(), 0u);
}

TEST(fetched_ahead, what_arrives_after_somebody_has_asked_is_used) {
    fetched_ahead ahead;
    ahead.begin("a");
    ahead.asked_for("a");
    ahead.fetched("a", 10);
    EXPECT_EQ(ahead.counted().used_bytes.value(), 10u);
}

TEST(fetched_ahead, what_goes_before_anybody_asks_is_wasted) {
    fetched_ahead ahead;
    ahead.begin("a");
    ahead.fetched("a", 10);
    ahead.dropped("a");
    ahead.asked_for("a");
    EXPECT_EQ(ahead.counted().used_bytes.value(), 0u);
    EXPECT_EQ(ahead.counted().wasted_bytes.value(), 10u);
}

TEST(fetched_ahead, knows_nothing_of_other_blobs) {
    fetched_ahead ahead;
    ahead.asked_for("a");
    ahead.dropped("a");
    EXPECT_FALSE(ahead.is_unasked("a"));
    EXPECT_EQ(ahead.counted().used_bytes.value(), 0u);
    EXPECT_EQ(ahead.counted().wasted_bytes.value(), 0u);
}

}  // namespace
}  // namespace berth::cache
