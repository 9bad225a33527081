#include "fault/s3_fixture.hpp"
#include "registry/manifest_store.hpp"

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
    EXPECT_EQ(server.count("HeadObject"), 2u) << "its link and its bytes";
}

}  // namespace
}  // namespace berth::registry
