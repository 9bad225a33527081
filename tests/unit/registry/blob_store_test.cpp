#include "registry/blob_store.hpp"

#include "cache/descriptor/memory_descriptor_cache.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("team/other");
const oci::digest digest = oci::digest::of("hello");

struct fixture : testing::Test {
    storage::memory_driver driver;
    cache::memory_descriptor_cache cache{100};
    blob_store blobs{driver, &cache};

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
    EXPECT_EQ(test::run(blobs.find(other, digest)).error().code, oci::errc::blob_unknown);
}

TEST_F(blob_store_test, a_link_without_bytes_is_no_blob) {
    test::run(driver.put(layout::layer_link(repo, digest), digest.str()));
    EXPECT_EQ(test::run(blobs.stat(repo, digest)).error().code, oci::errc::blob_unknown);
}

TEST_F(blob_store_test, finds_bytes_that_registry_2_stored_under_another_digest) {
    const auto by_sha512 = oci::digest::of("hello", hash_function::sha512);
    store_bytes();
    test::run(driver.put(layout::layer_link(repo, by_sha512), digest.str()));
    for (int i = 0; i < 2; ++i) {
        const auto found = test::run(blobs.find(repo, by_sha512));
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->digest, by_sha512);
        EXPECT_EQ(found->size_bytes, 5u);
        EXPECT_EQ(test::run(async::read_all(*test::run(blobs.open(repo, *found, {}))->bytes, 100)), "hello");
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

TEST_F(blob_store_test, never_answers_a_push_from_the_cache) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    collect_elsewhere();
    EXPECT_TRUE(test::run(blobs.find(repo, digest)).has_value()) << "the cache may still know it for reads";
    EXPECT_FALSE(test::run(blobs.mount(other, repo, digest)).has_value());
    EXPECT_FALSE(test::run(blobs.stat(repo, digest)).has_value());
    EXPECT_FALSE(test::run(blobs.find(repo, digest)).has_value()) << "and forgets it once it knows better";
}

TEST_F(blob_store_test, forgets_a_blob_whose_bytes_are_gone_when_it_is_read) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    collect_elsewhere();
    const auto cached = test::run(blobs.find(repo, digest));
    EXPECT_EQ(test::run(blobs.open(repo, *cached, {})).error().code, oci::errc::blob_unknown);
    EXPECT_FALSE(test::run(blobs.find(repo, digest)).has_value());
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

TEST_F(blob_store_test, finds_a_source_for_a_mount_only_where_a_repository_still_holds_the_blob) {
    store_bytes();
    EXPECT_FALSE(test::run(blobs.mount_from_anywhere(other, digest)).has_value()) << "bytes that nobody holds";
    test::run(blobs.link(repo, {digest, 5}));
    EXPECT_TRUE(test::run(blobs.mount_from_anywhere(other, digest)).has_value());
    EXPECT_TRUE(test::run(blobs.stat(other, digest)).has_value());

    test::run(blobs.remove(repo, digest));
    test::run(blobs.remove(other, digest));
    const auto third = *oci::repository_name::parse("third");
    EXPECT_FALSE(test::run(blobs.mount_from_anywhere(third, digest)).has_value()) << "its bytes wait to be collected";
    EXPECT_FALSE(test::run(blobs.stat(third, digest)).has_value());
}

TEST_F(blob_store_test, a_blob_that_another_node_took_away_cannot_be_read_through_the_cache) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    test::run(driver.remove(layout::layer_link(repo, digest)));
    const auto cached = test::run(blobs.find(repo, digest));
    ASSERT_TRUE(cached.has_value());
    const auto opened = test::run(blobs.open(repo, *cached, {}));
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, oci::errc::blob_unknown);
    EXPECT_FALSE(test::run(blobs.find(repo, digest)).has_value()) << "and it is forgotten";
}

TEST_F(blob_store_test, removes_a_blob_from_one_repository_and_leaves_the_bytes) {
    store_bytes();
    test::run(blobs.link(repo, {digest, 5}));
    test::run(blobs.link(other, {digest, 5}));
    EXPECT_TRUE(test::run(blobs.find(repo, digest)).has_value());
    EXPECT_TRUE(test::run(blobs.remove(repo, digest)).has_value());
    EXPECT_EQ(test::run(blobs.find(repo, digest)).error().code, oci::errc::blob_unknown) << "nor from the cache";
    EXPECT_TRUE(test::run(blobs.find(other, digest)).has_value());
    EXPECT_EQ(test::run(blobs.remove(repo, digest)).error().code, oci::errc::blob_unknown);
}

}  // namespace berth::registry
