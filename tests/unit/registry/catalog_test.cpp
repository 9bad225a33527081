#include "registry/catalog.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace {

constexpr std::string_view link = "/_layers/sha256/00/link";

void add(storage::driver& driver, const std::string& name) {
    test::run(driver.put("/docker/registry/v2/repositories/" + name + std::string{link}, "x"));
}

std::vector<std::string> all_by_pages(storage::driver& driver, std::size_t limit) {
    std::vector<std::string> seen;
    storage::name_page page;
    do {
        page = test::run(catalog{driver}.list(seen.empty() ? "" : seen.back(), limit));
        seen.insert(seen.end(), page.names.begin(), page.names.end());
    } while (page.more && seen.size() < 1000);
    return seen;
}

}  // namespace

TEST(catalog, lists_repositories_at_any_depth) {
    storage::memory_driver driver;
    for (const char* name : {"b", "a", "a/b/c", "a-b"}) add(driver, name);
    const auto page = test::run(catalog{driver}.list("", 10));
    EXPECT_EQ(page.names, (std::vector<std::string>{"a", "a/b/c", "a-b", "b"}));
    EXPECT_FALSE(page.more);
}

TEST(catalog, pages_meet_every_repository_once) {
    storage::memory_driver driver;
    // Not in byte order: a name comes before those below it, and these before longer components.
    const std::vector<std::string> names{"0",   "a",     "a/b",     "a/b/c", "a/d",   "a-1", "a-1/x",
                                         "a.1", "a.1/x", "a.1/x-1", "ab",    "b/0/1", "c",   "c/a"};
    for (const auto& name : names) add(driver, name);
    for (std::size_t limit = 1; limit <= names.size() + 1; ++limit)
        EXPECT_EQ(all_by_pages(driver, limit), names) << "pages of " << limit;
}

TEST(catalog, says_that_there_is_more_only_when_there_is) {
    storage::memory_driver driver;
    for (const char* name : {"a", "b/c"}) add(driver, name);
    test::run(driver.put("/docker/registry/v2/repositories/d/_uploads/1/startedat", "x"));
    EXPECT_TRUE(test::run(catalog{driver}.list("", 1)).more);
    EXPECT_FALSE(test::run(catalog{driver}.list("", 2)).more);
    EXPECT_FALSE(test::run(catalog{driver}.list("a", 1)).more);
}

TEST(catalog, of_no_names_has_no_more) {
    storage::memory_driver driver;
    add(driver, "a");
    const auto page = test::run(catalog{driver}.list("", 0));
    EXPECT_TRUE(page.names.empty());
    EXPECT_FALSE(page.more);
}

TEST(catalog, a_repository_holds_blobs_or_manifests) {
    storage::memory_driver driver;
    const std::string root = "/docker/registry/v2/repositories/";
    for (const char* file : {"blobs/_layers/sha256/00/link", "manifests/_manifests/tags/1/current/link",
                             "uploads/_uploads/1/startedat", "nothing/of/ours", "UPPER/_layers/sha256/00/link",
                             "_layers/sha256/00/link", "a--b/_layers/sha256/00/link", "a..b/_layers/sha256/00/link"})
        test::run(driver.put(root + file, "x"));
    EXPECT_EQ(test::run(catalog{driver}.list("", 10)).names, (std::vector<std::string>{"a--b", "blobs", "manifests"}));
}

TEST(catalog, sees_a_repository_behind_many_that_begin_with_a_digit) {
    storage::memory_driver driver;
    std::vector<std::string> names{"a"};
    for (int i = 100; i < 150; ++i) names.push_back("a/" + std::to_string(i));
    for (const auto& name : names) add(driver, name);
    for (const std::size_t limit : {1u, 7u, 100u}) EXPECT_EQ(all_by_pages(driver, limit), names) << limit;
}

TEST(catalog, goes_on_after_any_text) {
    storage::memory_driver driver;
    for (const char* name : {"a", "a/b", "a-b", "c", "c/d/e"}) add(driver, name);
    const auto after = [&](std::string last) { return test::run(catalog{driver}.list(std::move(last), 2)).names; };
    using names = std::vector<std::string>;
    EXPECT_EQ(after("a/b/gone"), (names{"a-b", "c"}));
    EXPECT_EQ(after("a/a"), (names{"a/b", "a-b"}));
    EXPECT_EQ(after("a/"), (names{"a/b", "a-b"}));
    EXPECT_EQ(after("a//z"), (names{"a/b", "a-b"}));
    EXPECT_EQ(after("b/gone"), (names{"c", "c/d/e"}));
    EXPECT_EQ(after("c/d"), (names{"c/d/e"}));
    EXPECT_EQ(after("../../blobs"), (names{"a", "a/b"}));
    EXPECT_EQ(after("a/../c"), (names{"a/b", "a-b"}));
    EXPECT_EQ(after("/c"), (names{"a", "a/b"}));
    EXPECT_EQ(after(std::string{"a\0/x", 4}), (names{"a-b", "c"}));
    EXPECT_EQ(after("a\xff/x"), (names{"c", "c/d/e"}));
    EXPECT_EQ(after("A"), (names{"a", "a/b"}));
    EXPECT_EQ(after("zz"), names{});
    EXPECT_EQ(after("a/" + std::string(100'000, 'a')), (names{"a/b", "a-b"}));
    EXPECT_EQ(after("a/" + std::string(100'000, '/')), (names{"a/b", "a-b"}));
    EXPECT_EQ(after("c/" + std::string(300, 'z')), names{});
}

TEST(catalog, of_an_empty_store_is_empty) {
    storage::memory_driver driver;
    EXPECT_TRUE(test::run(catalog{driver}.list("", 10)).names.empty());
}

}  // namespace berth::registry
