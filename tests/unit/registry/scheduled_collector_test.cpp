#include "registry/scheduled_collector.hpp"

#include "registry/push_intent.hpp"
#include "storage/filesystem/filesystem_driver.hpp"
#include "storage/layout.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace berth::registry {

namespace layout = storage::layout;
using namespace std::chrono_literals;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::digest garbage = oci::digest::of("nobody's");

struct scheduled_collector_test : testing::Test {
    test::temporary_directory folder;
    storage::filesystem_driver driver{{.rootdirectory = folder.path()}};

    scheduled_collector node(bool dry_run = false) {
        return scheduled_collector{driver, {.interval = 24h, .dry_run = dry_run}};
    }
    void put(const storage::path& file, const std::string& content) { test::run(driver.put(file, content)); }
    void fill() {
        put(layout::layer_link(repo, garbage), garbage.str());
        put(layout::blob_data(garbage), "nobody's");
    }
    bool is_there() { return test::run(driver.stat(layout::blob_data(garbage))).has_value(); }
};

}  // namespace

TEST_F(scheduled_collector_test, collects_when_it_is_its_turn_and_waits_when_another_node_had_it) {
    fill();
    auto first = node(), second = node();
    EXPECT_EQ(test::run(first.take_turn()), 24h);
    EXPECT_FALSE(is_there());
    EXPECT_EQ(first.counted().collections.value(), 1u);
    EXPECT_EQ(first.counted().blobs.value(), 1u);
    EXPECT_EQ(first.counted().bytes.value(), 8u);

    fill();
    const auto wait = test::run(second.take_turn());
    EXPECT_GT(wait, 23h);
    EXPECT_LE(wait, 25h);
    EXPECT_TRUE(is_there());
    EXPECT_EQ(second.counted().collections.value(), 0u);
}

TEST_F(scheduled_collector_test, only_says_what_would_go_where_it_is_told_to) {
    fill();
    auto some = node(true);
    test::run(some.take_turn());
    EXPECT_TRUE(is_there());
    EXPECT_EQ(some.counted().collections.value(), 1u);
    EXPECT_EQ(some.counted().blobs.value(), 0u);
    EXPECT_FALSE(test::run(driver.stat(layout::collection_lease())).has_value());
}

TEST_F(scheduled_collector_test, counts_what_broke_off_and_goes_on_the_next_time) {
    fill();
    const auto damaged = layout::revision_link(repo, oci::digest::of("m"));
    put(damaged, "rubbish");
    auto some = node();
    EXPECT_EQ(test::run(some.take_turn()), 24h);
    EXPECT_TRUE(is_there());
    EXPECT_EQ(some.counted().failures.value(), 1u);

    test::run(driver.remove_file(damaged));
    test::run(driver.remove_file(layout::collection_lease()));
    test::run(some.take_turn());
    EXPECT_FALSE(is_there());
}

TEST_F(scheduled_collector_test, removes_the_intents_of_pushes_that_died_days_ago) {
    fill();
    const std::string old = layout::intent("11111111-1111-4111-8111-111111111111"),
                      younger = layout::intent("22222222-2222-4222-8222-222222222222");
    const push_intent declared{repo, oci::digest::of("m")};
    for (const auto& [file, age] : {std::pair{old, 49h}, std::pair{younger, 47h}}) {
        put(file, declared.to_text());
        std::filesystem::last_write_time(folder.path().string() + file,
                                         std::filesystem::file_time_type::clock::now() - age);
    }
    auto some = node();
    test::run(some.take_turn());
    EXPECT_FALSE(test::run(driver.stat(old)).has_value());
    EXPECT_TRUE(test::run(driver.stat(younger)).has_value());
}

}  // namespace berth::registry
