#include "registry/image_content.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/artifact.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::registry {
namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::platform arm{"linux", "arm64"};

std::string descriptor(const std::string& type, const oci::digest& digest, const std::string& more = {}) {
    return R"({"mediaType":")" + type + R"(","digest":")" + digest.str() + R"(","size":5)" + more + "}";
}

std::string image_of(const std::vector<std::string>& layers) {
    std::string list;
    for (const std::string& layer : layers) list += (list.empty() ? "" : ",") + layer;
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
           descriptor("application/vnd.oci.image.config.v1+json", oci::digest::of("config")) + R"(,"layers":[)" + list +
           "]}";
}

std::string layer(const std::string& bytes) {
    return descriptor("application/vnd.oci.image.layer.v1.tar", oci::digest::of(bytes));
}

std::string index_of(const std::vector<std::pair<oci::digest, std::string>>& children) {
    std::string list;
    for (const auto& [digest, more] : children)
        list += (list.empty() ? "" : ",") + descriptor("application/vnd.oci.image.manifest.v1+json", digest, more);
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" + list + "]}";
}

std::string on(const std::string& architecture) {
    return R"(,"platform":{"os":"linux","architecture":")" + architecture + "\"}";
}

struct image_content_test : testing::Test {
    storage::memory_driver driver;
    blob_store blobs{driver, nullptr};
    tag_store tags{driver};
    referrer_store referrers{driver};
    manifest_store manifests{driver, blobs, tags, referrers, {}};

    oci::digest put(const std::string& bytes) { return test::store_manifest(driver, repo, bytes); }

    // The digests of what the image needs; empty where that is not known.
    std::vector<oci::digest> content(const oci::digest& image, const std::optional<oci::platform>& platform) {
        const auto read = test::run(read_image_content(manifests, {repo, image}, platform));
        std::vector<oci::digest> digests;
        if (read)
            for (const auto& blob : *read) digests.push_back(blob.digest);
        why = read ? "" : read.error().message;
        return digests;
    }
    std::string why;
};

const oci::digest config = oci::digest::of("config"), a = oci::digest::of("a"), b = oci::digest::of("b");

TEST_F(image_content_test, is_the_config_and_each_layer_once_in_order) {
    const auto image = put(image_of({layer("b"), layer("a"), layer("b")}));
    EXPECT_EQ(content(image, arm), (std::vector{config, b, a}));
}

TEST_F(image_content_test, leaves_out_layers_that_lie_elsewhere) {
    const std::string foreign =
        descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", b, R"(,"urls":["https://x/y"])");
    EXPECT_EQ(content(put(image_of({layer("a"), foreign})), arm), (std::vector{config, a}));
}

TEST_F(image_content_test, of_an_index_is_what_runs_on_the_platform_or_all) {
    const auto first = put(image_of({layer("a")})), second = put(image_of({layer("b")}));
    const auto index = put(index_of({{first, on("arm64")}, {second, on("amd64")}}));
    EXPECT_EQ(content(index, arm), (std::vector{config, a}));
    EXPECT_EQ(content(index, std::nullopt), (std::vector{config, a, b}));
    EXPECT_TRUE(content(index, oci::platform{"linux", "mips"}).empty());
    EXPECT_NE(why.find("linux/arm64, linux/amd64"), std::string::npos) << why;
}

TEST_F(image_content_test, takes_what_an_index_names_no_platform_for_and_indexes_in_it) {
    const auto image = put(image_of({layer("a")}));
    const auto inner = put(index_of({{image, on("arm64")}}));
    EXPECT_EQ(content(put(index_of({{inner, ""}})), arm), (std::vector{config, a}));
}

TEST_F(image_content_test, says_which_manifest_is_missing) {
    const auto gone = oci::digest::of("gone");
    EXPECT_TRUE(content(put(index_of({{gone, on("arm64")}})), arm).empty());
    EXPECT_NE(why.find(gone.str()), std::string::npos) << why;
    EXPECT_TRUE(content(gone, arm).empty());
    EXPECT_NE(why.find("team/net@" + gone.str()), std::string::npos) << why;
}

}  // namespace
}  // namespace berth::registry
