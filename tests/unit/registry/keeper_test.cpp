#include "registry/keeper.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

class keeper_test : public testing::Test {
protected:
    storage::memory_driver driver;
    keeper with{driver};
    const oci::digest digest = oci::digest::of("bytes");
    const collected_file blob = blob_file(digest);

    void put(const storage::path& file, const std::string& content = "") { test::run(driver.put(file, content)); }
    void lay_out() { put(blob.file, "bytes"); }
    void leave(std::string_view kind, const std::string& content = "") {
        put(blob.folder + "/" + std::string{kind} + "somebody", content);
    }
    bool keep() { return test::run(with.keep(blob)); }
    std::size_t wanted_marks() {
        const auto names = test::run(driver.list(blob.folder));
        return static_cast<std::size_t>(
            std::ranges::count_if(names, [](const std::string& name) { return name.starts_with(mark::wanted); }));
    }
    wall_time now() { return test::run(driver.now()); }
};

TEST_F(keeper_test, leaves_nothing_where_nobody_collects) {
    EXPECT_FALSE(keep());
    lay_out();
    EXPECT_TRUE(keep());
    EXPECT_EQ(wanted_marks(), 0u);
    leave(mark::wanted);  // of another push
    EXPECT_TRUE(keep());
    EXPECT_EQ(wanted_marks(), 1u);
}

TEST_F(keeper_test, leaves_word_beside_what_is_condemned) {
    lay_out();
    leave(mark::condemned);
    EXPECT_TRUE(keep());
    EXPECT_EQ(wanted_marks(), 1u);
}

TEST_F(keeper_test, waits_for_a_removal_that_is_under_way) {
    lay_out();
    const wall_time until = now() + std::chrono::seconds{1};
    leave(mark::doomed, format_rfc3339(until));
    EXPECT_TRUE(keep());
    EXPECT_GE(now(), std::chrono::floor<std::chrono::seconds>(until));
    EXPECT_EQ(wanted_marks(), 1u);
}

TEST_F(keeper_test, brings_back_what_went_meanwhile) {
    put(layout::trashed_blob(digest), "bytes");
    leave(mark::doomed, format_rfc3339(now() - std::chrono::minutes{1}));
    EXPECT_TRUE(keep());
    EXPECT_EQ(test::run(driver.find(blob.file, 10)), "bytes");
    test::run(driver.remove(blob.file));
    test::run(driver.remove(layout::trashed_blob(digest)));
    EXPECT_FALSE(keep());
}

TEST_F(keeper_test, has_no_trash_for_links) {
    const auto link = revision_file(*oci::repository_name::parse("team/net"), digest);
    EXPECT_FALSE(test::run(with.keep(link)));
    put(link.file, digest.str());
    put(link.folder + "/" + std::string{mark::condemned} + "somebody");
    EXPECT_TRUE(test::run(with.keep(link)));
}

}  // namespace
}  // namespace berth::registry
