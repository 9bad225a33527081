#include "registry/catalog.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::registry {

namespace {

constexpr std::string_view link = "/_layers/sha256/00/link";

void add(storage::driver& driver, const std::string& name) {
    test::run(driver.put("/docker/registry/v2/repositories/" + name + std::string{link}, "x"));
}

}  // namespace

TEST(comes_before, puts_a_name_before_those_below_it_and_those_before_longer_components) {
    std::vector<std::string> names{"a-b", "a0", "a/b", "a", "b", "a.c", "a/b/c"};
    std::ranges::sort(names, comes_before);
    EXPECT_EQ(names, (std::vector<std::string>{"a", "a/b", "a/b/c", "a-b", "a.c", "a0", "b"}));
}

TEST(catalog, lists_repositories_at_any_depth) {
    storage::memory_driver driver;
    for (const char* name : {"b", "a", "a/b/c", "a-b"}) add(driver, name);
    const auto page = test::run(catalog{driver}.list("", 10));
    EXPECT_EQ(page.names, (std::vector<std::string>{"a", "a/b/c", "a-b", "b"}));
    EXPECT_FALSE(page.more);
}

TEST(catalog, pages_meet_every_repository_once) {
    storage::memory_driver driver;
    const std::vector<std::string> names{"a", "a/b", "a/b/c", "a/d", "a-b", "ab", "b", "b/a"};
    for (const auto& name : names) add(driver, name);
    for (std::size_t limit = 1; limit <= names.size() + 1; ++limit) {
        std::vector<std::string> seen;
        catalog::page page;
        do {
            page = test::run(catalog{driver}.list(seen.empty() ? "" : seen.back(), limit));
            seen.insert(seen.end(), page.names.begin(), page.names.end());
        } while (page.more && seen.size() < 100);
        EXPECT_EQ(seen, names) << "pages of " << limit;
    }
}

TEST(catalog, goes_on_after_a_name_that_is_gone) {
    storage::memory_driver driver;
    for (const char* name : {"a", "c"}) add(driver, name);
    EXPECT_EQ(test::run(catalog{driver}.list("b/gone", 10)).names, std::vector<std::string>{"c"});
}

TEST(catalog, of_an_empty_store_is_empty) {
    storage::memory_driver driver;
    EXPECT_TRUE(test::run(catalog{driver}.list("", 10)).names.empty());
}

}  // namespace berth::registry
