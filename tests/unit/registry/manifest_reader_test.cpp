#include "registry/manifest_reader.hpp"

#include "oci/manifest.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/artifact.hpp"
#include "support/wrapped_driver.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;
using cache::holdings;
using enum holdings::kind;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("other");
const oci::digest config = oci::digest::of("{}"), layer = oci::digest::of("layer"), foreign = oci::digest::of("x");

std::string descriptor(const std::string& type, const oci::digest& digest, std::size_t size) {
    return R"({"mediaType":"application/vnd.)" + type + R"(","digest":")" + digest.str() + R"(","size":)" +
           std::to_string(size) + R"(,"urls":["https://store.example/x"]})";
}

std::string image_with(const std::string& config_type, const std::string& layer_type) {
    return R"({"schemaVersion":2,"config":)" + descriptor(config_type, config, 2) + R"(,"layers":[)" +
           descriptor("oci.image.layer.v1.tar", layer, 5) + "," + descriptor(layer_type, foreign, 1) + "]}";
}

const std::string image = image_with("oci.image.config.v1+json", "oci.image.layer.nondistributable.v1.tar");

struct manifest_reader_test : testing::Test {
    storage::memory_driver store;
    test::wrapped_driver driver{store};
    holdings::clock::time_point now{};
    cache::node_memory memory{{.held = {.now = [this] { return now; }}}};
    manifest_reader reader{driver, &memory};
};

}  // namespace

TEST_F(manifest_reader_test, returns_the_bytes_that_were_stored) {
    for (const hash_function algorithm : {hash_function::sha256, hash_function::sha512}) {
        const auto digest = test::store_manifest(store, repo, "bytes", algorithm);
        EXPECT_EQ((*test::run(reader.read(repo, digest)))->bytes, "bytes");
    }
}

TEST_F(manifest_reader_test, says_why_there_are_none) {
    const auto digest = test::store_manifest(store, repo, "bytes");
    EXPECT_EQ(test::run(reader.read(other, digest)).error(), no_manifest::not_held);
    test::run(store.put(layout::blob_data(digest), "byteS"));
    EXPECT_EQ(test::run(reader.read(repo, digest)).error(), no_manifest::damaged);
    test::run(store.put(layout::blob_data(digest), std::string(oci::max_manifest_bytes + 1, 'x')));
    EXPECT_EQ(test::run(reader.read(repo, digest)).error(), no_manifest::damaged);
    test::run(store.remove(layout::blob_data(digest)));
    EXPECT_EQ(test::run(reader.read(repo, digest)).error(), no_manifest::missing);
}

TEST_F(manifest_reader_test, asks_for_nothing_twice) {
    const auto digest = test::store_manifest(store, repo, image);
    EXPECT_TRUE(test::run(reader.find(repo, digest)).has_value());
    EXPECT_EQ(driver.stats, 1);
    EXPECT_EQ(driver.opens, 1);
    EXPECT_EQ((*test::run(reader.find(repo, digest)))->bytes, image);
    EXPECT_TRUE(reader.recall(repo, digest));
    EXPECT_EQ(driver.stats, 1);
    EXPECT_EQ(driver.opens, 1);
}

TEST_F(manifest_reader_test, after_a_lifetime_asks_for_the_link_and_not_for_the_bytes) {
    const auto digest = test::store_manifest(store, repo, image);
    test::run(reader.find(repo, digest));
    now += std::chrono::seconds{60};
    EXPECT_FALSE(reader.recall(repo, digest));
    EXPECT_TRUE(test::run(reader.find(repo, digest)).has_value());
    EXPECT_EQ(driver.stats, 2);
    EXPECT_EQ(driver.opens, 1);

    now += std::chrono::seconds{60};
    test::run(store.remove(layout::revision_link(repo, digest)));
    EXPECT_EQ(test::run(reader.find(repo, digest)).error(), no_manifest::not_held) << "another node has deleted it";
}

TEST_F(manifest_reader_test, what_one_repository_holds_opens_nothing_in_another) {
    const auto digest = test::store_manifest(store, repo, image);
    test::run(reader.find(repo, digest));
    EXPECT_FALSE(reader.recall(other, digest));
    EXPECT_EQ(test::run(reader.find(other, digest)).error(), no_manifest::not_held);
    EXPECT_FALSE(memory.held.find(blob, other, layer));
}

TEST_F(manifest_reader_test, does_not_remember_that_something_is_missing) {
    const auto digest = oci::digest::of(image);
    EXPECT_EQ(test::run(reader.find(repo, digest)).error(), no_manifest::not_held);
    test::store_manifest(store, repo, image);
    EXPECT_TRUE(test::run(reader.find(repo, digest)).has_value());
}

TEST_F(manifest_reader_test, asks_the_store_for_the_bytes_too_where_that_is_wanted) {
    const auto digest = test::store_manifest(store, repo, image);
    test::run(reader.find(repo, digest));
    EXPECT_TRUE(test::run(reader.read(repo, digest, manifest_reader::trust::store)).has_value());
    EXPECT_EQ(driver.opens, 1) << "without getting them again";
    test::run(store.remove(layout::blob_data(digest)));
    EXPECT_TRUE(test::run(reader.read(repo, digest, manifest_reader::trust::memory)).has_value());
    EXPECT_EQ(test::run(reader.read(repo, digest, manifest_reader::trust::store)).error(), no_manifest::missing);
}

TEST_F(manifest_reader_test, a_read_from_before_a_removal_does_not_bring_the_manifest_back) {
    const auto digest = test::store_manifest(store, repo, image);
    driver.after_stat = [&] { memory.held.forget(manifest, repo, digest); };
    EXPECT_TRUE(test::run(reader.find(repo, digest)).has_value()) << "it was there when it was asked for";
    EXPECT_FALSE(reader.recall(repo, digest));
    EXPECT_FALSE(memory.held.find(blob, repo, layer)) << "nor what it refers to";
}

TEST_F(manifest_reader_test, a_manifest_vouches_for_its_config_and_layers_with_their_sizes) {
    const auto digest = test::store_manifest(store, repo, image);
    test::run(reader.find(repo, digest));
    EXPECT_EQ(memory.held.find(blob, repo, config), 2u);
    EXPECT_EQ(memory.held.find(blob, repo, layer), 5u);
}

TEST_F(manifest_reader_test, a_manifest_does_not_vouch_for_what_its_push_was_not_asked_for) {
    const std::string nowhere = "oci.image.layer.nondistributable.v1.tar";
    const auto digest = test::store_manifest(store, repo, image_with(nowhere, nowhere));
    test::run(reader.find(repo, digest));
    EXPECT_FALSE(memory.held.find(blob, repo, foreign));
    EXPECT_FALSE(memory.held.find(blob, repo, config));
    EXPECT_TRUE(memory.held.find(blob, repo, layer));

    const std::string index =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" +
        descriptor("oci.image.manifest.v1+json", oci::digest::of("child"), 5) + "]}";
    test::run(reader.find(repo, test::store_manifest(store, repo, index)));
    EXPECT_FALSE(memory.held.find(blob, repo, oci::digest::of("child")));
    EXPECT_FALSE(memory.held.find(manifest, repo, oci::digest::of("child")));
}

TEST_F(manifest_reader_test, no_manifest_vouches_where_they_are_taken_unchecked) {
    cache::node_memory lenient{{.manifests_vouch = false}};
    manifest_reader reads{driver, &lenient};
    test::run(reads.find(repo, test::store_manifest(store, repo, image)));
    EXPECT_FALSE(lenient.held.find(blob, repo, layer));
}

// Anybody who may push can push these bytes as a blob, and nothing they name is looked at then.
TEST_F(manifest_reader_test, a_blob_that_reads_as_a_manifest_vouches_for_nothing) {
    const auto digest = oci::digest::of(image);
    test::run(store.put(layout::blob_data(digest), image));
    test::run(store.put(layout::layer_link(repo, digest), digest.str()));
    EXPECT_TRUE(test::run(reader.find(repo, digest)).has_value());
    EXPECT_FALSE(memory.held.find(blob, repo, layer));
    EXPECT_FALSE(memory.held.find(manifest, repo, digest));
}

}  // namespace berth::registry
