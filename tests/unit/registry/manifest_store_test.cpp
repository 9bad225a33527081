#include "registry/manifest_store.hpp"

#include "oci/media_type.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"
#include "support/wrapped_driver.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::tag latest = *oci::tag::parse("latest");
const oci::digest config = oci::digest::of("{}"), layer = oci::digest::of("layer");

std::string descriptor(std::string_view type, const oci::digest& digest, std::size_t size) {
    return R"({"mediaType":")" + std::string{type} + R"(","digest":")" + digest.str() + R"(","size":)" +
           std::to_string(size) + "}";
}

const std::string image = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
                          descriptor("application/vnd.oci.image.config.v1+json", config, 2) + R"(,"layers":[)" +
                          descriptor("application/vnd.oci.image.layer.v1.tar", layer, 5) + "]}";

struct fixture : testing::Test {
    storage::memory_driver driver;
    blob_store blobs{driver, nullptr};
    tag_store tags{driver};
    referrer_store referrers{driver};
    manifest_store manifests{driver, blobs, tags, referrers, {}};

    void push_blob(std::string bytes) {
        const oci::digest digest = oci::digest::of(bytes);
        const std::size_t size = bytes.size();
        test::run(driver.put(layout::blob_data(digest), std::move(bytes)));
        test::run(blobs.link(repo, {digest, size}));
    }
    // The manifest's digest, or why it was refused.
    result<oci::digest, std::vector<oci::error>> put(const std::string& bytes, std::vector<oci::tag> to_set = {latest},
                                                     std::string type = {}) {
        const auto digest = oci::digest::of(bytes);
        manifest_store::put_request request{bytes, std::move(type), digest, std::move(to_set)};
        const auto stored = test::run(manifests.put(repo, std::move(request)));
        if (!stored) return stored.error();
        return digest;
    }
};

}  // namespace

using manifest_store_test = fixture;

TEST_F(manifest_store_test, returns_the_very_bytes_that_were_put) {
    push_blob("{}");
    push_blob("layer");
    const auto digest = put(image);
    ASSERT_TRUE(digest.has_value());
    for (const auto& found : {test::run(manifests.find(repo, latest)), test::run(manifests.find(repo, *digest))}) {
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->bytes, image);
        EXPECT_EQ(found->digest, *digest);
        EXPECT_EQ(found->media_type, oci::media_type::oci_manifest);
    }
}

TEST_F(manifest_store_test, writes_the_links_that_registry_2_reads) {
    push_blob("{}");
    push_blob("layer");
    const std::string digest = put(image)->str();
    const std::string base = "/docker/registry/v2/repositories/team/net/_manifests/";
    const std::string hex = digest.substr(7);
    for (const std::string& link : {base + "revisions/sha256/" + hex + "/link", base + "tags/latest/current/link",
                                    base + "tags/latest/index/sha256/" + hex + "/link"})
        EXPECT_EQ(test::run(driver.find(link, 100)), digest) << link;
}

TEST_F(manifest_store_test, names_every_blob_that_is_missing) {
    const auto refused = put(image);
    ASSERT_FALSE(refused.has_value());
    ASSERT_EQ(refused.error().size(), 2u);
    for (const auto& error : refused.error()) EXPECT_EQ(error.code, oci::errc::manifest_blob_unknown);
    EXPECT_EQ(test::run(manifests.find(repo, latest)).error().code, oci::errc::manifest_unknown);
}

TEST_F(manifest_store_test, wants_the_children_of_an_index) {
    push_blob("{}");
    push_blob("layer");
    const std::string index =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" +
        descriptor(oci::media_type::oci_manifest, oci::digest::of(image), image.size()) + "]}";
    EXPECT_EQ(put(index).error().front().code, oci::errc::manifest_blob_unknown);
    ASSERT_TRUE(put(image, {}).has_value());
    EXPECT_TRUE(put(index).has_value());
}

TEST_F(manifest_store_test, refuses_bytes_that_do_not_hash_to_the_digest) {
    push_blob("{}");
    push_blob("layer");
    manifest_store::put_request request{image, {}, oci::digest::of("other"), {}};
    EXPECT_EQ(test::run(manifests.put(repo, std::move(request))).error().front().code, oci::errc::digest_invalid);
}

TEST_F(manifest_store_test, refuses_a_content_type_that_contradicts_the_bytes) {
    push_blob("{}");
    push_blob("layer");
    EXPECT_EQ(put(image, {latest}, std::string{oci::media_type::oci_index}).error().front().code,
              oci::errc::manifest_invalid);
}

TEST_F(manifest_store_test, does_not_show_a_manifest_to_a_repository_without_its_link) {
    push_blob("{}");
    push_blob("layer");
    const auto digest = put(image);
    const auto other = *oci::repository_name::parse("other");
    EXPECT_EQ(test::run(manifests.find(other, *digest)).error().code, oci::errc::manifest_unknown);
}

TEST_F(manifest_store_test, never_serves_damaged_bytes) {
    push_blob("{}");
    push_blob("layer");
    const auto digest = put(image);
    test::run(driver.put(layout::blob_data(*digest), "damaged"));
    EXPECT_THROW(test::run(manifests.find(repo, *digest)), storage::error);
}

TEST_F(manifest_store_test, row_35_a_damaged_tag_link_is_an_error_of_that_tag_only) {
    push_blob("{}");
    push_blob("layer");
    put(image);
    const auto bad = *oci::tag::parse("bad");
    test::run(driver.put(layout::tag_current_link(repo, bad), "rubbish"));
    EXPECT_THROW(test::run(manifests.find(repo, bad)), storage::error);
    EXPECT_TRUE(test::run(manifests.find(repo, latest)).has_value());
    EXPECT_EQ(test::run(tags.list(repo, "", 10)).value().names, (std::vector<std::string>{"bad", "latest"}));
}

TEST_F(manifest_store_test, is_known_by_all_tags_of_one_put) {
    push_blob("{}");
    push_blob("layer");
    const auto stable = *oci::tag::parse("stable");
    const auto digest = put(image, {latest, stable});
    EXPECT_EQ(test::run(tags.resolve(repo, latest)).value().manifest, *digest);
    EXPECT_EQ(test::run(tags.resolve(repo, stable)).value().manifest, *digest);
}

TEST_F(manifest_store_test, removing_a_manifest_removes_the_tags_that_point_to_it_and_no_other) {
    push_blob("{}");
    push_blob("layer");
    const std::string changed = image + " ";
    const auto removed = put(image, {latest, *oci::tag::parse("1"), *oci::tag::parse("2")});
    const auto kept = put(changed, {*oci::tag::parse("2"), *oci::tag::parse("3")});
    const auto damaged = *oci::tag::parse("damaged");
    test::run(driver.put(layout::tag_current_link(repo, damaged), "rubbish"));

    EXPECT_EQ(test::run(manifests.remove(repo, *removed)).value(),
              (std::vector<oci::tag>{*oci::tag::parse("1"), latest}));
    EXPECT_EQ(test::run(manifests.find(repo, *removed)).error().code, oci::errc::manifest_unknown);
    EXPECT_EQ(test::run(tags.list(repo, "", 10)).value().names, (std::vector<std::string>{"2", "3", "damaged"}));
    EXPECT_EQ(test::run(manifests.find(repo, *oci::tag::parse("2")))->digest, *kept);
    EXPECT_TRUE(test::run(driver.stat(layout::blob_data(*removed)))) << "other repositories may hold the bytes";
    EXPECT_EQ(test::run(manifests.remove(repo, *removed)).error().code, oci::errc::manifest_unknown);
}

TEST_F(manifest_store_test, a_manifest_with_a_subject_is_its_referrer_until_it_is_removed) {
    push_blob("{}");
    push_blob("layer");
    const auto subject = oci::digest::of("never pushed");
    const std::string bytes = image.substr(0, image.size() - 1) + R"(,"subject":)" +
                              descriptor(oci::media_type::oci_manifest, subject, 12) + "}";
    const auto digest = oci::digest::of(bytes);
    manifest_store::put_request request{bytes, {}, digest, {}};
    const auto stored = test::run(manifests.put(repo, std::move(request)));
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->subject, subject);
    EXPECT_TRUE(test::run(referrers.has(repo, subject, digest)));

    EXPECT_TRUE(test::run(manifests.remove(repo, digest)).has_value());
    EXPECT_FALSE(test::run(referrers.has(repo, subject, digest)));
}

TEST_F(manifest_store_test, a_damaged_manifest_can_be_removed) {
    push_blob("{}");
    push_blob("layer");
    const auto digest = put(image);
    test::run(driver.put(layout::blob_data(*digest), "damaged"));
    EXPECT_TRUE(test::run(manifests.remove(repo, *digest)).has_value());
    EXPECT_EQ(test::run(tags.resolve(repo, latest)).error().code, oci::errc::manifest_unknown);
}

TEST_F(manifest_store_test, a_layer_is_no_manifest_however_large_it_is) {
    for (const std::size_t size : {std::size_t{5}, oci::max_manifest_bytes + 1}) {
        const std::string bytes(size, 'x');
        push_blob(bytes);
        const auto digest = oci::digest::of(bytes);
        EXPECT_EQ(test::run(manifests.find(repo, digest)).error().code, oci::errc::manifest_unknown) << size;
        EXPECT_EQ(test::run(manifests.remove(repo, digest)).error().code, oci::errc::manifest_unknown) << size;
        EXPECT_TRUE(test::run(blobs.stat(repo, digest)).has_value()) << size;
    }
}

TEST_F(manifest_store_test, a_manifest_that_distribution_2_1_0_linked_as_a_layer_is_read_and_removed) {
    push_blob(image);
    const auto digest = oci::digest::of(image);
    EXPECT_EQ(test::run(manifests.find(repo, digest))->bytes, image);
    EXPECT_TRUE(test::run(manifests.remove(repo, digest)).has_value());
    EXPECT_EQ(test::run(manifests.find(repo, digest)).error().code, oci::errc::manifest_unknown);
}

TEST_F(manifest_store_test, a_layer_may_lie_elsewhere_only_when_its_descriptor_says_where) {
    push_blob("{}");
    const std::string type = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    const auto foreign = [&](const std::string& urls) {
        return R"({"schemaVersion":2,"config":)" + descriptor("application/vnd.oci.image.config.v1+json", config, 2) +
               R"(,"layers":[{"mediaType":")" + type + R"(","digest":")" + layer.str() + R"(","size":5)" + urls + "}]}";
    };
    const std::string urls = R"(,"urls":["https://store.example/layer"])";
    EXPECT_EQ(put(foreign("")).error().front().code, oci::errc::manifest_blob_unknown);
    EXPECT_EQ(put(foreign(urls)).error().front().code, oci::errc::manifest_invalid) << "no address is allowed";
    manifest_store with_urls{driver, blobs, tags, referrers, {.rules = manifest_rules{{.check_urls = false}}}};
    manifest_store::put_request elsewhere{foreign(urls), {}, oci::digest::of(foreign(urls)), {latest}};
    EXPECT_TRUE(test::run(with_urls.put(repo, std::move(elsewhere))).has_value());
    push_blob("layer");
    EXPECT_TRUE(put(foreign("")).has_value());
}

TEST_F(manifest_store_test, an_index_needs_no_more_children_than_the_rules_say) {
    const std::string index = R"({"schemaVersion":2,"manifests":[)" +
                              descriptor("application/vnd.oci.image.manifest.v1+json", oci::digest::of(image), 5) +
                              "]}";
    EXPECT_EQ(put(index).error().front().code, oci::errc::manifest_blob_unknown);
    const manifest_rules rules{{.required = manifest_rules::children::none}};
    manifest_store lenient{driver, blobs, tags, referrers, {.rules = rules}};
    manifest_store::put_request request{index, {}, oci::digest::of(index), {latest}};
    EXPECT_TRUE(test::run(lenient.put(repo, std::move(request))).has_value());
}

TEST_F(manifest_store_test, may_refer_to_nothing_where_references_are_not_checked) {
    manifest_store lenient{driver, blobs, tags, referrers, {.check_references = false}};
    manifest_store::put_request request{image, {}, oci::digest::of(image), {latest}};
    EXPECT_TRUE(test::run(lenient.put(repo, std::move(request))).has_value());
    EXPECT_EQ(test::run(lenient.find(repo, latest))->bytes, image);
}

// What this node remembers of manifests.
struct remembering : fixture {
    cache::holdings::clock::time_point now{};
    cache::node_memory memory{{.held = {.now = [this] { return now; }}}};
    test::wrapped_driver counted{driver};
    blob_store held_blobs{counted, &memory};
    tag_store held_tags{counted};
    referrer_store held_referrers{counted, &memory};
    manifest_store remembers{counted, held_blobs, held_tags, held_referrers, {.memory = &memory}};

    oci::digest put_here(const std::string& bytes) {
        const auto digest = oci::digest::of(bytes);
        manifest_store::put_request request{bytes, {}, digest, {latest}};
        EXPECT_TRUE(test::run(remembers.put(repo, std::move(request))).has_value());
        return digest;
    }
    void SetUp() override {
        push_blob("{}");
        push_blob("layer");
    }
};

using manifest_store_memory = remembering;

TEST_F(manifest_store_memory, a_tag_is_always_asked_for_and_its_manifest_once) {
    const auto digest = put(image);
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(test::run(remembers.find(repo, latest))->bytes, image);
        EXPECT_EQ(counted.finds, i);
        EXPECT_EQ(counted.stats, 1);
        EXPECT_EQ(counted.opens, 1);
    }
    put(image + " ");  // as another node would
    EXPECT_EQ(test::run(remembers.find(repo, latest))->bytes, image + " ");
}

TEST_F(manifest_store_memory, what_is_put_is_known_at_once_and_what_is_removed_no_longer) {
    const auto digest = oci::digest::of(image);
    EXPECT_FALSE(test::run(remembers.find(repo, digest)).has_value());
    put_here(image);
    counted.stats = counted.opens = 0;
    EXPECT_EQ(test::run(remembers.find(repo, digest))->bytes, image);
    EXPECT_EQ(counted.stats + counted.opens, 0);
    EXPECT_TRUE(test::run(remembers.remove(repo, digest)).has_value());
    EXPECT_EQ(test::run(remembers.find(repo, digest)).error().code, oci::errc::manifest_unknown);
    put_here(image);
    EXPECT_TRUE(test::run(remembers.find(repo, digest)).has_value());
}

TEST_F(manifest_store_memory, a_push_is_told_what_the_store_says) {
    const auto digest = put_here(image);
    const std::string index =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" +
        descriptor(oci::media_type::oci_manifest, digest, image.size()) + "]}";
    test::run(driver.remove(layout::revision_link(repo, digest)));
    test::run(driver.remove(layout::layer_link(repo, layer)));
    EXPECT_TRUE(test::run(remembers.find(repo, digest)).has_value()) << "for reads it is still known";
    for (const std::string& pushed : {index, image}) {
        manifest_store::put_request request{pushed, {}, oci::digest::of(pushed), {}};
        const auto refused = test::run(remembers.put(repo, std::move(request)));
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().front().code, oci::errc::manifest_blob_unknown);
    }
    EXPECT_FALSE(test::run(remembers.stat(repo, digest)).has_value());
}

TEST_F(manifest_store_memory, referrers_are_those_the_store_still_holds) {
    const auto subject = oci::digest::of("never pushed");
    const auto digest = put_here(image.substr(0, image.size() - 1) + R"(,"subject":)" +
                                 descriptor(oci::media_type::oci_manifest, subject, 12) + "}");
    EXPECT_EQ(test::run(held_referrers.list(repo, subject, {})).entries.size(), 1u);
    test::run(driver.remove(layout::revision_link(repo, digest)));
    EXPECT_EQ(test::run(held_referrers.list(repo, subject, {})).entries.size(), 0u);
}

}  // namespace berth::registry
