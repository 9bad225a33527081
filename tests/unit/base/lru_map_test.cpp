#include "base/lru_map.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(lru_map, finds_what_was_put_last_under_a_key) {
    lru_map<int> map{2};
    map.put("a", 1);
    map.put("a", 2);
    ASSERT_TRUE(map.find("a"));
    EXPECT_EQ(*map.find("a"), 2);
    EXPECT_FALSE(map.find("b"));
}

TEST(lru_map, drops_the_entry_that_was_used_longest_ago) {
    lru_map<int> map{2};
    map.put("a", 1);
    map.put("b", 2);
    map.find("a");
    map.put("c", 3);
    EXPECT_TRUE(map.find("a"));
    EXPECT_FALSE(map.find("b"));
    EXPECT_TRUE(map.find("c"));
}

TEST(lru_map, replacing_an_entry_is_a_use_and_needs_no_room) {
    lru_map<int> map{2};
    map.put("a", 1);
    map.put("b", 2);
    map.put("a", 3);
    map.put("c", 4);
    EXPECT_TRUE(map.find("a"));
    EXPECT_FALSE(map.find("b"));
}

TEST(lru_map, erases_one_entry_or_none) {
    lru_map<int> map{2};
    map.put("a", 1);
    map.erase("b");
    map.erase("a");
    map.erase("a");
    EXPECT_FALSE(map.find("a"));
}

TEST(lru_map, without_a_limit_keeps_everything) {
    lru_map<int> map{0};
    for (int i = 0; i < 1000; ++i) map.put(std::to_string(i), i);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(*map.find(std::to_string(i)), i);
}

TEST(lru_map, drops_as_many_as_it_takes_to_make_room_for_a_heavy_one) {
    lru_map<int> map{10};
    map.put("a", 1, 3);
    map.put("b", 2, 3);
    map.put("c", 3, 3);
    map.put("heavy", 4, 7);
    EXPECT_FALSE(map.find("a"));
    EXPECT_FALSE(map.find("b"));
    EXPECT_TRUE(map.find("c"));
    EXPECT_TRUE(map.find("heavy"));
    EXPECT_EQ(map.weight(), 10u);
}

TEST(lru_map, keeps_nothing_that_alone_weighs_too_much) {
    lru_map<int> map{10};
    map.put("a", 1, 11);
    EXPECT_FALSE(map.find("a"));
    EXPECT_EQ(map.weight(), 0u);
}

TEST(lru_map, tells_its_values_the_last_used_first) {
    lru_map<int> map{3};
    map.put("a", 1);
    map.put("b", 2);
    map.put("c", 3);
    map.find("a");
    EXPECT_EQ(map.values(), (std::vector<int>{1, 3, 2}));
}

}  // namespace
}  // namespace berth
