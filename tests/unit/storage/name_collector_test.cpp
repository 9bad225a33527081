#include "storage/name_collector.hpp"

#include <gtest/gtest.h>

namespace berth::storage {

namespace {

name_page collect(std::string after, std::size_t limit, std::initializer_list<const char*> names) {
    name_collector collector{std::move(after), limit};
    for (const char* name : names) collector.add(name);
    return collector.take();
}

using names = std::vector<std::string>;

}  // namespace

TEST(name_collector, sorts_names_that_come_in_any_order_and_more_than_once) {
    const auto page = collect("", all_names, {"b", "a-", "a", "b", "", "a"});
    EXPECT_EQ(page.names, (names{"a", "a-", "b"}));
    EXPECT_FALSE(page.more);
}

TEST(name_collector, keeps_the_first_names_after_the_given_one) {
    const auto page = collect("b", 2, {"f", "e", "a", "d", "b", "c"});
    EXPECT_EQ(page.names, (names{"c", "d"}));
    EXPECT_TRUE(page.more);
    EXPECT_FALSE(collect("b", 2, {"d", "c", "d", "c", "a"}).more);
}

TEST(name_collector, of_no_names_knows_whether_there_are_some) {
    EXPECT_TRUE(collect("", 0, {"b", "a"}).more);
    EXPECT_TRUE(collect("", 0, {"b", "a"}).names.empty());
    EXPECT_FALSE(collect("b", 0, {"b", "a"}).more);
}

TEST(name_collector, wants_only_what_would_change_the_page) {
    name_collector collector{"b", 1};
    EXPECT_FALSE(collector.wants("a"));
    EXPECT_FALSE(collector.wants("b"));
    EXPECT_TRUE(collector.wants("z"));
    collector.add("d");
    EXPECT_FALSE(collector.wants("d"));
    EXPECT_TRUE(collector.wants("z"));
    collector.add("f");
    EXPECT_FALSE(collector.wants("z"));
    EXPECT_TRUE(collector.wants("e"));
}

}  // namespace berth::storage
