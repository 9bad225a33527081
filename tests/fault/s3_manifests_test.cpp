#include "async/for_each.hpp"
#include "fault/s3_fixture.hpp"
#include "registry/manifest_store.hpp"

#include <algorithm>
#include <vector>

namespace berth::registry {
namespace {

/// What becomes of manifests when S3 fails in the middle.
class s3_manifests : public storage::s3_fault_test {
protected:
    oci::digest push(const std::string& bytes, const std::string& tag) {
        const oci::digest digest = oci::digest::of(bytes);
        manifest_store::put_request request{bytes, {}, digest, {*oci::tag::parse(tag)}};
        EXPECT_TRUE(loop.run(manifests.put(repo, std::move(request))).has_value());
        return digest;
    }

    static std::string index(const std::string& more = {}) {
        return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[])" + more +
               "}";
    }

    awaitable<void> resolve_and_count(const oci::tag& tag, const oci::digest& expected, int& right) {
        const auto found = co_await tags.resolve(repo, tag);
        if (found && found->manifest == expected) ++right;
    }

    const oci::repository_name repo = *oci::repository_name::parse("team/net");
    blob_store blobs{driver, nullptr};
    tag_store tags{driver};
    referrer_store referrers{driver};
    manifest_store manifests{driver, blobs, tags, referrers, {}};
};

TEST_F(s3_manifests, a_removal_that_fails_leaves_no_tag_without_a_manifest_and_can_be_repeated) {
    const auto digest = push(index(), "latest");
    for (const char* operation : {"DeleteObjects", "DeleteObject"}) {
        SCOPED_TRACE(operation);
        server.add_fault({.operation = operation,
                          .times = storage::fault::always,
                          .what = storage::fault::answer{403, "AccessDenied"}});
        storage::failure_of(loop, manifests.remove(repo, digest));
        EXPECT_TRUE(loop.run(manifests.find(repo, digest)).has_value())
            << "the tag's removal failed, and it comes first";
        server.clear_faults();
    }
    EXPECT_TRUE(loop.run(manifests.remove(repo, digest)).has_value());
    EXPECT_FALSE(loop.run(manifests.find(repo, digest)).has_value());
    EXPECT_FALSE(loop.run(tags.resolve(repo, *oci::tag::parse("latest"))).has_value());
}

TEST_F(s3_manifests, a_blob_that_is_named_many_times_is_asked_for_once) {
    const std::string blob = "{}";
    const oci::digest digest = oci::digest::of(blob);
    loop.run(driver.put(storage::layout::blob_data(digest), blob));
    loop.run(blobs.link(repo, {digest, blob.size()}));
    const std::string named =
        R"({"mediaType":"application/vnd.oci.image.layer.v1.tar","size":2,"digest":")" + digest.str() + "\"}";
    std::string layers = named;
    for (int i = 0; i < 1000; ++i) layers += "," + named;
    server.clear_requests();
    push(R"({"schemaVersion":2,"config":)" + named + R"(,"layers":[)" + layers + "]}", "latest");
    EXPECT_EQ(server.count("HeadObject"), 1u) << "its link";
    EXPECT_EQ(server.count("ListObjectsV2"), 3u)
        << "its bytes, and what collections say of the manifest's and its link";
}

TEST_F(s3_manifests, row_17_a_push_that_fails_leaves_no_link_before_what_it_stands_on) {
    const std::string bytes = index();
    const oci::digest digest = oci::digest::of(bytes);
    const auto keys_with = [&](std::string_view part) {
        return std::ranges::count_if(server.keys(), [&](const auto& key) { return key.find(part) != key.npos; });
    };
    const auto put = [&] {
        manifest_store::put_request request{bytes, {}, digest, {*oci::tag::parse("1"), *oci::tag::parse("2")}};
        return manifests.put(repo, std::move(request));
    };
    const std::string data = digest.hex() + "/data";
    const std::vector<std::string> steps{data, "/revisions/", "/index/", "/current/"};
    for (std::size_t failing = 0; failing < steps.size(); ++failing) {
        SCOPED_TRACE(steps[failing]);
        server.add_fault({.operation = "PutObject",
                          .key_contains = steps[failing],
                          .times = storage::fault::always,
                          .what = storage::fault::answer{403, "AccessDenied"}});
        storage::failure_of(loop, put());
        for (std::size_t later = failing; later < steps.size(); ++later) EXPECT_EQ(keys_with(steps[later]), 0);
        server.clear_faults();
    }
    EXPECT_TRUE(loop.run(put()).has_value());
    EXPECT_EQ(keys_with("/current/"), 2);
}

TEST_F(s3_manifests, those_who_ask_for_a_tag_at_the_same_time_share_one_more_request) {
    const auto digest = push(index(), "latest");
    server.clear_requests();
    const auto tag = *oci::tag::parse("latest");
    std::vector<int> callers(20);
    int right = 0;
    const auto all_ask = [&]() -> awaitable<void> {
        const auto ask = [&](int&) { return resolve_and_count(tag, digest, right); };
        co_await async::for_each(callers, callers.size(), ask);
    };
    loop.run(all_ask());
    EXPECT_EQ(right, 20);
    EXPECT_EQ(server.count("GetObject"), 2u);
}

}  // namespace
}  // namespace berth::registry
