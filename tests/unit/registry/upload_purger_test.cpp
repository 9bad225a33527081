#include "registry/upload_purger.hpp"

#include "storage/filesystem/filesystem_driver.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"
#include "support/wrapped_driver.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

namespace berth::registry {

namespace layout = storage::layout;
using namespace std::chrono_literals;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const std::string old_one = "11111111-1111-4111-8111-111111111111", other = "22222222-2222-4222-8222-222222222222";

// Files, whose dates can be set.
struct fixture : testing::Test {
    test::temporary_directory folder;
    storage::filesystem_driver files{{.rootdirectory = folder.path()}};
    test::wrapped_driver driver{files};
    blob_store blobs{driver, nullptr};
    upload_store uploads{driver, blobs, {}};
    const wall_time now = std::chrono::system_clock::now();

    std::filesystem::path at(const storage::path& file) { return folder.path().string() + file; }
    void put(const storage::path& file, const std::string& content, std::chrono::hours age) {
        test::run(driver.put(file, content));
        std::filesystem::last_write_time(at(file), std::filesystem::file_time_type::clock::now() - age);
    }
    void put_upload(const std::string& uuid, std::chrono::hours age) {
        put(layout::upload_started_at(repo, uuid), format_rfc3339(now - age), age);
        put(layout::upload_data(repo, uuid), "bytes", age);
    }
    bool is_there(const std::string& uuid) { return std::filesystem::exists(at(layout::upload(repo, uuid))); }
    upload_purger purger(std::chrono::nanoseconds age = 168h, bool dry_run = false) {
        return upload_purger{driver, uploads, {age, 24h, dry_run}};
    }
};

using upload_purger_test = fixture;

TEST_F(upload_purger_test, removes_old_uploads_and_keeps_young_ones) {
    put_upload(old_one, 169h);
    put_upload(other, 167h);
    upload_purger all = purger();
    test::run(all.take_turn());
    EXPECT_FALSE(is_there(old_one));
    EXPECT_TRUE(is_there(other));
    EXPECT_EQ(all.counted().uploads.value(), 1u);
    EXPECT_EQ(all.counted().failures.value(), 0u);
}

TEST_F(upload_purger_test, finds_them_in_folders_that_are_no_repository_and_in_those_below) {
    const auto below = *oci::repository_name::parse("team/net/below");
    put_upload(old_one, 169h);
    put(layout::upload_started_at(below, other), format_rfc3339(now - 169h), 169h);
    put(layout::repositories() + "/Odd_/x", "no repository's", 169h);
    upload_purger all = purger();
    test::run(all.take_turn());
    EXPECT_EQ(all.counted().uploads.value(), 2u);
    EXPECT_TRUE(std::filesystem::exists(at(layout::repositories() + "/Odd_/x")));
}

TEST_F(upload_purger_test, keeps_what_was_written_to_lately) {
    put_upload(old_one, 169h);
    put(layout::upload_data(repo, old_one), "more bytes", 1h);
    upload_purger all = purger();
    test::run(all.take_turn());
    EXPECT_TRUE(is_there(old_one));
}

TEST_F(upload_purger_test, keeps_what_says_that_it_began_lately) {
    put_upload(old_one, 169h);
    put(layout::upload_started_at(repo, old_one), format_rfc3339(now - 1h), 169h);
    upload_purger all = purger();
    test::run(all.take_turn());
    EXPECT_TRUE(is_there(old_one));
}

TEST_F(upload_purger_test, goes_by_the_files_dates_where_no_beginning_is_written) {
    put(layout::upload_data(repo, old_one), "bytes", 169h);
    put(layout::upload_started_at(repo, other), "yesterday", 169h);
    upload_purger all = purger();
    test::run(all.take_turn());
    EXPECT_FALSE(is_there(old_one));
    EXPECT_FALSE(is_there(other));
}

TEST_F(upload_purger_test, leaves_alone_what_is_no_upload) {
    put(layout::uploads(repo) + "/notes/data", "bytes", 169h);
    put(layout::upload(repo, old_one) + "/hashstates/sha256/0", "no date", 169h);
    upload_purger all = purger();
    test::run(all.take_turn());
    EXPECT_TRUE(is_there("notes"));
    EXPECT_TRUE(is_there(old_one));
}

TEST_F(upload_purger_test, leaves_uploads_of_this_process_alone_however_old) {
    std::string uuid;
    {
        auto held = test::run(uploads.start(repo, hash_function::sha256));
        uuid = (*held)->name.uuid;
        put_upload(uuid, 169h);
        upload_purger all = purger();
        test::run(all.take_turn());
        EXPECT_TRUE(is_there(uuid));
        test::run(uploads.cancel(std::move(*held)));
    }
    put_upload(uuid, 169h);
    upload_purger all = purger();
    test::run(all.purge(now - 168h));
    EXPECT_FALSE(is_there(uuid));
}

TEST_F(upload_purger_test, only_says_what_would_go_where_it_is_told_so) {
    put_upload(old_one, 169h);
    upload_purger all = purger(168h, true);
    test::run(all.take_turn());
    EXPECT_TRUE(is_there(old_one));
    EXPECT_EQ(all.counted().uploads.value(), 0u);
    EXPECT_FALSE(std::filesystem::exists(at(layout::upload_purge_lease()))) << "another node could not purge then";
}

TEST_F(upload_purger_test, one_of_several_nodes_looks_in_each_interval) {
    upload_purger first = purger(), second = purger();
    EXPECT_EQ(test::run(first.take_turn()), 24h);
    put_upload(old_one, 169h);
    const auto wait = test::run(second.take_turn());
    EXPECT_TRUE(is_there(old_one)) << "the other one has looked just now";
    EXPECT_GT(wait, 23h);
    EXPECT_LE(wait, 25h);
    std::filesystem::last_write_time(at(layout::upload_purge_lease()),
                                     std::filesystem::file_time_type::clock::now() - 25h);
    test::run(second.take_turn());
    EXPECT_FALSE(is_there(old_one));
}

TEST_F(upload_purger_test, that_cannot_remove_one_goes_on_with_the_others) {
    put_upload(old_one, 169h);
    put_upload(other, 169h);
    driver.before_remove = [&] {
        driver.before_remove = {};
        throw storage::error{"the disk is read-only"};
    };
    upload_purger all = purger();
    test::run(all.take_turn());
    EXPECT_EQ(all.counted().uploads.value(), 1u);
    EXPECT_EQ(all.counted().failures.value(), 1u);
    EXPECT_NE(is_there(old_one), is_there(other));
}

// No bytes, and a look around instead.
struct looking_body final : async::byte_source {
    explicit looking_body(std::function<void()> at_reading) : look{std::move(at_reading)} {}
    awaitable<std::size_t> read_some(asio::mutable_buffer) override {
        look();
        looked = true;
        co_return 0;
    }
    std::function<void()> look;
    bool looked = false;
};

TEST(upload_store_living, knows_its_uploads_until_they_have_ended) {
    test::temporary_directory folder;
    storage::filesystem_driver driver{{.rootdirectory = folder.path()}};
    blob_store blobs{driver, nullptr};
    upload_store uploads{driver, blobs, {}};
    const auto blob = oci::digest::of("x");
    auto held = test::run(uploads.start(repo, hash_function::sha256));
    const std::string uuid = (*held)->name.uuid;
    EXPECT_TRUE(uploads.works_on(uuid));
    EXPECT_FALSE(uploads.works_on(blob));
    looking_body body{[&] { EXPECT_TRUE(uploads.works_on(blob)); }};
    test::run(uploads.finish(std::move(*held), blob, body, std::nullopt));
    EXPECT_TRUE(body.looked);
    EXPECT_FALSE(uploads.works_on(uuid));
    EXPECT_FALSE(uploads.works_on(blob));
}

}  // namespace
}  // namespace berth::registry
