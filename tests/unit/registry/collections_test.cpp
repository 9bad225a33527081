// What collections of garbage tell each other.
#include "registry/collection_report.hpp"
#include "registry/running_collection.hpp"
#include "registry/trash.hpp"
#include "registry/unreferenced_since.hpp"
#include "storage/layout.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

#include <set>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

using namespace std::chrono_literals;

class collections : public testing::Test {
protected:
    storage::memory_driver driver;
    const wall_time now = std::chrono::floor<std::chrono::seconds>(test::run(driver.now()));

    void put(const storage::path& file, const std::string& content) { test::run(driver.put(file, content)); }
    bool has(const storage::path& file) { return test::run(driver.stat(file)).has_value(); }
};

TEST_F(collections, that_run_are_known_until_they_end_or_say_nothing_for_too_long) {
    running_collection one{.id = "one", .begun = now - 1h};
    test::run(one.renew(driver, now));
    put(layout::running_collection("strange"), "?");
    auto running = test::run(list_running_collections(driver, now));
    ASSERT_EQ(running.size(), 2u);
    EXPECT_EQ(running[0].id, "one");
    EXPECT_EQ(running[0].begun, now - 1h);
    EXPECT_GE(running[1].begun, now);

    test::run(one.end(driver));
    running = test::run(list_running_collections(driver, now + 9min));
    ASSERT_EQ(running.size(), 1u);
    EXPECT_TRUE(test::run(list_running_collections(driver, now + 11min)).empty());
    EXPECT_FALSE(has(layout::running_collection("strange")));
}

TEST_F(collections, end_themselves_long_before_others_give_them_up) {
    running_collection one{.id = "one", .begun = now};
    test::run(one.renew(driver, now));
    EXPECT_TRUE(one.may_go_on(now + 4min));
    EXPECT_FALSE(one.may_go_on(now + 5min));
    EXPECT_FALSE(one.is_given_up(now + 5min + storage::driver::longest_deadline));
    EXPECT_TRUE(one.is_given_up(now + 10min));
}

TEST_F(collections, hand_on_since_when_blobs_are_unreferenced) {
    EXPECT_TRUE(test::run(read_unreferenced(driver)).empty());
    const unreferenced_since all{{oci::digest::of("a"), now}, {oci::digest::of("b"), now - 25h}};
    test::run(write_unreferenced(driver, all));
    EXPECT_EQ(test::run(read_unreferenced(driver)), all);
    put(layout::unreferenced_blobs(), "\nsha256:0 x\n" + oci::digest::of("c").str() + " " + format_rfc3339(now));
    EXPECT_EQ(test::run(read_unreferenced(driver)), (unreferenced_since{{oci::digest::of("c"), now}}));
}

TEST_F(collections, report_what_they_found) {
    EXPECT_FALSE(test::run(read_last_report(driver)));
    test::run(write_report(driver, {.ended = now, .manifests = 20, .removed_bytes = 1ull << 40}));
    const auto read = test::run(read_last_report(driver));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->ended, now);
    EXPECT_EQ(read->manifests, 20u);
    EXPECT_EQ(read->removed_bytes, 1ull << 40);
    for (const char* damaged : {"", "[]", "{", "null"}) {
        put(layout::last_collection(), damaged);
        EXPECT_FALSE(test::run(read_last_report(driver))) << damaged;
    }
    put(layout::last_collection(), R"({"manifests":"many","blobs":-1})");
    EXPECT_EQ(test::run(read_last_report(driver))->manifests, 0u);
}

TEST_F(collections, bring_back_from_the_trash_what_is_needed_and_empty_it_of_what_is_old) {
    const oci::digest needed = oci::digest::of("needed"), there = oci::digest::of("there"),
                      old = oci::digest::of("old");
    put(layout::trashed_blob(needed), "needed");
    put(layout::trashed_blob(there), "there");
    put(layout::blob_data(there), "there, in its place");
    put(layout::trashed_blob(old), "old");
    put(layout::trash() + "/README", "?");
    const std::set<oci::digest> referred_to{needed, there};
    const auto look_through = [&](wall_time older_than) {
        trash with{driver, {[&](const oci::digest& digest) { return referred_to.contains(digest); }, older_than}};
        return test::run(with.look_through());
    };
    auto counts = look_through(now - 1h);
    EXPECT_EQ(counts.restored, 1u);
    EXPECT_EQ(counts.held, 3u);
    EXPECT_EQ(counts.emptied, 0u);
    EXPECT_EQ(test::run(driver.find(layout::blob_data(needed), 100)), "needed");
    EXPECT_EQ(test::run(driver.find(layout::blob_data(there), 100)), "there, in its place");

    counts = look_through(wall_time::max());
    EXPECT_EQ(counts.emptied, 1u);
    EXPECT_EQ(counts.emptied_bytes, 3u);
    EXPECT_FALSE(has(layout::trashed_blob(old)));
    EXPECT_TRUE(has(layout::trashed_blob(needed)));
    EXPECT_TRUE(has(layout::trash() + "/README"));
}

}  // namespace
}  // namespace berth::registry
