#include "service/cached_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace berth {
namespace {

using http::verb;
using test::running_app;

/// A node with a disk cache, over an S3 with images in team/net.
class prefetch : public test::cached_node {
protected:
    struct image {
        std::vector<std::string> blobs;  // the config, and the layers in order
        std::string manifest_digest;
    };
    image put_image(const std::vector<std::string>& blobs) {
        std::string list;
        const auto descriptor = [](const std::string& bytes) {
            return R"({"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":")" + digest_of(bytes) +
                   R"(","size":)" + std::to_string(bytes.size()) + "}";
        };
        for (std::size_t i = 0; i < blobs.size(); ++i) {
            s3_.put_object(data_key(digest_of(blobs[i])), blobs[i]);
            s3_.put_object(link_key("_layers/", digest_of(blobs[i])), digest_of(blobs[i]));
            if (i != 0) list += (list.empty() ? "" : ",") + descriptor(blobs[i]);
        }
        const std::string manifest =
            R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
            descriptor(blobs[0]) + R"(,"layers":[)" + list + "]}";
        s3_.put_object(data_key(digest_of(manifest)), manifest);
        s3_.put_object(link_key("_manifests/revisions/", digest_of(manifest)), digest_of(manifest));
        return {blobs, digest_of(manifest)};
    }
    static std::string manifest_url(const image& of) { return "/v2/team/net/manifests/" + of.manifest_digest; }
    bool is_kept(const image& what) const {
        return std::ranges::all_of(what.blobs, [&](const auto& bytes) { return is_in_index(digest_of(bytes)); });
    }
    // The blobs of `what` in the order in which S3 was first asked for them, by their place in it.
    std::vector<std::size_t> asked_for(const image& what) const {
        std::vector<std::size_t> order;
        for (const auto& request : s3_.requests()) {
            if (request.operation != "GetObject") continue;
            for (std::size_t i = 0; i < what.blobs.size(); ++i)
                if (request.key == data_key(digest_of(what.blobs[i])) && std::ranges::find(order, i) == order.end())
                    order.push_back(i);
        }
        return order;
    }
};

TEST_F(prefetch, brings_an_images_blobs_in_order_before_anybody_asks) {
    const image made = put_image({"{\"a\":1}", std::string(3'000'000, 'x'), std::string(40'000'000, 'y'), "small"});
    running_app app{yaml_with({})};
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    ASSERT_TRUE(is_kept(made));
    EXPECT_EQ(asked_for(made), (std::vector<std::size_t>{0, 1, 2, 3}));
    EXPECT_EQ(counted(app, "berth_prefetch_fetched_bytes_total"), 43'000'012);
    EXPECT_EQ(counted(app, "berth_prefetch_used_bytes_total"), 0);

    s3_.clear_requests();
    for (const auto& bytes : made.blobs) EXPECT_EQ(app.get(blob_url(digest_of(bytes))).body, bytes);
    EXPECT_TRUE(asked_for(made).empty());
    EXPECT_EQ(counted(app, "berth_prefetch_used_bytes_total"), 43'000'012);
    EXPECT_EQ(counted(app, "berth_prefetch_wasted_bytes_total"), 0);
}

TEST_F(prefetch, a_client_who_comes_meanwhile_gets_the_same_bytes_and_s3_sends_them_once) {
    const image made = put_image({"{\"a\":2}", std::string(20'000'000, 'x'), std::string(25'000'000, 'y')});
    running_app app{yaml_with({})};
    test::wait_for_probe(s3_);
    const double before = counted(app, "berth_s3_received_bytes_total");
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    while (asked_for(made).size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    for (const auto& bytes : made.blobs) EXPECT_EQ(app.get(blob_url(digest_of(bytes))).body, bytes);
    ASSERT_TRUE(is_kept(made));
    EXPECT_GE(counted(app, "berth_prefetch_used_bytes_total"), 20'000'000);
    EXPECT_LE(counted(app, "berth_s3_received_bytes_total") - before, 45'000'000 + 8 * 1024 * 1024);
}

TEST_F(prefetch, only_a_get_of_an_images_manifest_begins_it) {
    const image looked_at = put_image({"{\"a\":3}", "layer of one that is only looked at"});
    const image pulled = put_image({"{\"a\":4}", "layer of one that is pulled"});
    running_app app{yaml_with({})};
    EXPECT_EQ(app.send(verb::head, manifest_url(looked_at)).code, 200u);
    EXPECT_EQ(app.get(manifest_url(looked_at), {{"If-None-Match", '"' + looked_at.manifest_digest + '"'}}).code, 304u);
    EXPECT_EQ(app.get(manifest_url(pulled)).code, 200u);
    ASSERT_TRUE(is_kept(pulled));
    EXPECT_TRUE(asked_for(looked_at).empty());
}

TEST_F(prefetch, is_off_where_the_file_says_so) {
    const image made = put_image({"{\"a\":5}", "a layer"});
    running_app app{yaml_with({.blob = "prefetch: false"})};
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    EXPECT_EQ(app.get(blob_url(digest_of(made.blobs[0]))).code, 200u);
    EXPECT_EQ(asked_for(made), (std::vector<std::size_t>{0}));
    EXPECT_EQ(counted(app, "berth_prefetch_fetched_bytes_total"), 0);
}

TEST_F(prefetch, a_node_stops_in_the_middle_of_it) {
    const image made = put_image({"{\"a\":6}", std::string(200'000'000, 'x')});
    running_app app{yaml_with({})};
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    while (asked_for(made).size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    EXPECT_TRUE(app.stop());
}

}  // namespace
}  // namespace berth
