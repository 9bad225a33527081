#include "registry/blob_store.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"
#include "support/wrapped_driver.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("team/other");
const oci::digest digest = oci::digest::of("hello");

struct fixture : testing::Test {
    storage::memory_driver store;
    test::wrapped_driver driver{store};
    cache::holdings::clock::time_point now{};
    cache::node_memory memory{{.held = {.now = [this] { return now; }}}};
    blob_store blobs{driver, &memory};

    void store_bytes() { test::run(driver.put(layout::blob_data(digest), "hello")); }
    void collect_elsewhere() { test::run(driver.remove(layout::blob_data(digest))); }
    std::string read(storage::byte_range range) {
        auto file = test::run(blobs.open(repo, {digest, 5}, range));
        return test::run(async::read_all(*file->bytes, 100));
    }
};

}  // namespace

using blob_store_test = fixture;

TEST_F(blob_store_test, knows_a_blob_only_through_a_link) {
    store_bytes();
    EXPECT_EQ(test::run(blobs.stat(repo, digest)).error().code, oci::errc::blob_unknown);
    test::run(blobs.link(repo, {digest, 5}));
    EXPECT_EQ(test::run(blobs.stat(repo, digest))->size_bytes, 5u);
    EXPECT_EQ(test::run(blobs.stat(other, digest)).error().code, oci::errc::blob_unknown);
    EXPECT_EQ(test::run(blobs.open_whole(other, digest)).error().code, oci::errc::blob_unknown);
    EXPECT_FALSE(blobs.recall(other, digest));
}

TEST_F(blob_store_test, a_link_without_bytes_is_no_blob) {
    test::run(driver.put(layout::layer_link(repo, digest), digest.str()));
    EXPECT_EQ(test::run(blobs.stat(repo, digest)).error().code, oci::errc::blob_unknown);
    EXPECT_EQ(test::run(blobs.open_whole(repo, digest)).error().code, oci::errc::blob_unknown);
}

TEST_F(blob_store_test, finds_bytes_that_registry_2_stored_under_another_digest) {
    const auto by_sha512 = oci::digest::of("hello", hash_function::sha512);
    store_bytes();
    test::run(driver.put(layout::layer_link(repo, by_sha512), digest.str()));
    for (int i = 0; i < 2; ++i) {
        const auto found = test::run(blobs.stat(repo, by_sha512));
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->digest, by_sha512);
        EXPECT_EQ(found->size_bytes, 5u);
        EXPECT_EQ(test::run(async::read_all(*test::run(blobs.open(repo, *found, {}))->bytes, 100)), "hello");
        const auto whole = test::run(blobs.open_whole(repo, by_sha512));
        EXPECT_EQ(test::run(async::read_all(*whole->file.bytes, 100)), "hello");
    }
    EXPECT_TRUE(test::run(blobs.mount(other, repo, by_sha512)).has_value());
    EXPECT_EQ(test::run(driver.find(layout::layer_link(other, by_sha512), 200)), digest.str());
    EXPECT_TRUE(test::run(blobs.stat(other, by_sha512)).has_value());

    collect_elsewhere();
    EXPECT_EQ(test::run(blobs.stat(repo, by_sha512)).error().code, oci::errc::blob_unknown);
}

TEST_F(blob_store_test, reads_ranges) {
    store_bytes();
    EXPECT_EQ(read({0, std::nullopt}), "hello");
    EXPECT_EQ(read({1, 3}), "ell");
}

TEST_F(blob_store_test, never_answers_a_push_from_memory) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    collect_elsewhere();
    EXPECT_TRUE(blobs.recall(repo, digest)) << "it may still be known for reads";
    EXPECT_FALSE(test::run(blobs.mount(other, repo, digest)).has_value());
    EXPECT_FALSE(test::run(blobs.stat(repo, digest)).has_value());
    EXPECT_FALSE(blobs.recall(repo, digest)) << "and is forgotten once the store knows better";
}

TEST_F(blob_store_test, is_in_doubt_when_its_bytes_are_gone_or_not_as_remembered) {
    for (const char* left : {"", "hell"}) {
        store_bytes();
        test::run(blobs.link(repo, {digest, 5}));
        collect_elsewhere();
        if (*left) test::run(driver.put(layout::blob_data(digest), left));
        const auto known = blobs.recall(repo, digest);
        EXPECT_EQ(test::run(blobs.open(repo, *known, {})).error().code, oci::errc::blob_unknown);
        EXPECT_FALSE(blobs.recall(repo, digest));
    }
}

TEST_F(blob_store_test, asks_for_the_link_and_the_bytes_and_then_for_the_bytes_alone) {
    store_bytes();
    test::run(driver.put(layout::layer_link(repo, digest), digest.str()));
    const auto opened = test::run(blobs.open_whole(repo, digest));
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->what.size_bytes, 5u);
    EXPECT_EQ(driver.stats, 1);
    EXPECT_EQ(driver.opens, 1);
    const auto known = blobs.recall(repo, digest);
    ASSERT_TRUE(known);
    EXPECT_TRUE(test::run(blobs.open(repo, *known, {1, 2})).has_value());
    EXPECT_EQ(driver.stats, 1);
    EXPECT_EQ(driver.opens, 2);
}

TEST_F(blob_store_test, what_another_node_deleted_is_served_no_longer_than_a_lifetime) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    test::run(driver.remove(layout::layer_link(repo, digest)));
    EXPECT_TRUE(blobs.recall(repo, digest));
    now += std::chrono::seconds{60};
    EXPECT_FALSE(blobs.recall(repo, digest));
    EXPECT_EQ(test::run(blobs.open_whole(repo, digest)).error().code, oci::errc::blob_unknown);
}

TEST_F(blob_store_test, a_read_from_before_a_removal_does_not_bring_the_blob_back) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    now += std::chrono::seconds{60};
    driver.after_stat = [&] {
        driver.after_stat = nullptr;
        memory.held.forget(cache::holdings::kind::blob, repo, digest);
    };
    EXPECT_TRUE(test::run(blobs.open_whole(repo, digest)).has_value()) << "it was there when it was asked for";
    EXPECT_FALSE(blobs.recall(repo, digest));
}

TEST_F(blob_store_test, is_forgotten_when_nobody_knows_whether_its_removal_was_done) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    driver.after_stat = [] { throw storage::error{"no answer"}; };
    EXPECT_THROW(test::run(blobs.remove(repo, digest)), storage::error);
    EXPECT_FALSE(blobs.recall(repo, digest));
}

TEST_F(blob_store_test, a_blob_of_another_size_than_announced_is_damage) {
    test::run(driver.put(layout::blob_data(digest), "hell"));
    EXPECT_THROW(test::run(blobs.open(repo, {digest, 5}, {})), storage::error);
}

TEST_F(blob_store_test, mounts_by_a_link) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    EXPECT_TRUE(test::run(blobs.mount(other, repo, digest)).has_value());
    EXPECT_TRUE(test::run(blobs.stat(other, digest)).has_value());
    EXPECT_EQ(test::run(blobs.mount(repo, other, oci::digest::of("x"))).error().code, oci::errc::blob_unknown);
}

TEST_F(blob_store_test, knows_who_lately_held_a_blob_and_mounts_it_only_while_they_do) {
    store_bytes();
    EXPECT_EQ(blobs.known_holder(digest), std::nullopt) << "bytes that nobody holds";
    test::run(blobs.link(repo, {digest, 5}));
    ASSERT_EQ(blobs.known_holder(digest), repo);

    test::run(blobs.remove(repo, digest));
    EXPECT_FALSE(test::run(blobs.mount(other, repo, digest)).has_value()) << "its bytes wait to be collected";
    EXPECT_FALSE(test::run(blobs.stat(other, digest)).has_value());
}

TEST_F(blob_store_test, removes_a_blob_from_one_repository_and_leaves_the_bytes) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    test::run(blobs.link(other, {digest, 5}));
    EXPECT_TRUE(test::run(blobs.remove(repo, digest)).has_value());
    EXPECT_FALSE(blobs.recall(repo, digest));
    EXPECT_EQ(test::run(blobs.stat(repo, digest)).error().code, oci::errc::blob_unknown);
    EXPECT_TRUE(blobs.recall(other, digest));
    EXPECT_TRUE(test::run(blobs.stat(other, digest)).has_value());
    EXPECT_EQ(test::run(blobs.remove(repo, digest)).error().code, oci::errc::blob_unknown);
}

TEST_F(blob_store_test, brings_a_blob_onto_the_disk_when_it_is_what_it_was_said_to_be) {
    using enum cache::brought::state;
    const test::temporary_directory directory;
    cache::disk_cache disk{{directory.path() / "cache", 1'000'000}};
    blob_store with_disk{driver, &memory, &disk};
    EXPECT_FALSE(blobs.has_disk());
    EXPECT_TRUE(with_disk.has_disk());
    EXPECT_EQ(test::run(with_disk.bring({digest, 5}, {})).is, failed) << "the store does not have it";
    store_bytes();
    EXPECT_EQ(test::run(with_disk.bring({digest, 4}, {})).is, failed) << "the store has another size";
    EXPECT_EQ(test::run(with_disk.bring({digest, 1'000'001}, {})).is, does_not_fit);
    EXPECT_EQ(test::run(disk.bytes_here(digest)), 0u);
    driver.opens = 0;
    EXPECT_EQ(test::run(with_disk.bring({digest, 5}, {})).is, here);
    EXPECT_EQ(test::run(with_disk.bring({digest, 5}, {})).is, here);
    EXPECT_EQ(driver.opens, 1);
    EXPECT_EQ(test::run(disk.bytes_here(digest)), 5u);
    EXPECT_TRUE(test::run(disk.stop()));
}

}  // namespace berth::registry
