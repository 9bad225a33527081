#include "cache/disk/disk_index.hpp"
#include "oci/digest.hpp"
#include "service/s3_app.hpp"
#include "support/metric.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace berth {
namespace {

using http::verb;
using test::fake_s3;
using test::running_app;

/// A node with a disk cache, over an S3 with images in team/net.
class prefetch : public testing::Test {
protected:
    std::string yaml(const std::string& more = "") const {
        std::string text = test::yaml_over(s3_, test::keys_of(s3_));
        const std::string cache =
            ", cache: {blob: {rootdirectory: '" + folder() + "', maxsize: 1GiB" + more + "}}}\nhttp";
        text.replace(text.find("}\nhttp"), std::string{"}\nhttp"}.size(), cache);
        text.replace(text.rfind('}'), 1, ", debug: {addr: '127.0.0.1:0', prometheus: {enabled: true}}}");
        return text;
    }
    std::string folder() const { return directory_.path() / "cache"; }

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
            s3_.put_object(data_key(blobs[i]), blobs[i]);
            s3_.put_object(in_repository("_layers/sha256/", blobs[i]), digest_of(blobs[i]));
            if (i != 0) list += (list.empty() ? "" : ",") + descriptor(blobs[i]);
        }
        const std::string manifest =
            R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
            descriptor(blobs[0]) + R"(,"layers":[)" + list + "]}";
        s3_.put_object(data_key(manifest), manifest);
        s3_.put_object(in_repository("_manifests/revisions/sha256/", manifest), digest_of(manifest));
        return {blobs, digest_of(manifest)};
    }
    static std::string digest_of(const std::string& bytes) { return oci::digest::of(bytes).str(); }
    static std::string data_key(const std::string& bytes) {
        const std::string hex = digest_of(bytes).substr(7);
        return "docker/registry/v2/blobs/sha256/" + hex.substr(0, 2) + "/" + hex + "/data";
    }
    static std::string in_repository(const std::string& folder, const std::string& bytes) {
        return "docker/registry/v2/repositories/team/net/" + folder + digest_of(bytes).substr(7) + "/link";
    }
    static std::string manifest_url(const image& of) { return "/v2/team/net/manifests/" + of.manifest_digest; }
    static std::string blob_url(const std::string& bytes) { return "/v2/team/net/blobs/" + digest_of(bytes); }

    bool is_kept(const image& what) const {
        cache::disk_index index{folder() + "/index.sqlite"};
        const auto all = [&] {
            return std::ranges::all_of(what.blobs, [&](const auto& bytes) { return !!index.find(digest_of(bytes)); });
        };
        for (int i = 0; i < 3000 && !all(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
        return all();
    }
    // The blobs of `what` in the order in which S3 was first asked for them, by their place in it.
    std::vector<std::size_t> asked_for(const image& what) const {
        std::vector<std::size_t> order;
        for (const auto& request : s3_.requests()) {
            if (request.operation != "GetObject") continue;
            for (std::size_t i = 0; i < what.blobs.size(); ++i)
                if (request.key == data_key(what.blobs[i]) && std::ranges::find(order, i) == order.end())
                    order.push_back(i);
        }
        return order;
    }
    static double counted(running_app& app, std::string_view series) {
        return test::metric(app.get_debug("/metrics").body, series).value_or(-1);
    }

    fake_s3 s3_;
    test::temporary_directory directory_;
};

TEST_F(prefetch, brings_an_images_blobs_in_order_before_anybody_asks) {
    const image made = put_image({"{\"a\":1}", std::string(3'000'000, 'x'), std::string(40'000'000, 'y'), "small"});
    running_app app{yaml()};
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    ASSERT_TRUE(is_kept(made));
    EXPECT_EQ(asked_for(made), (std::vector<std::size_t>{0, 1, 2, 3}));
    EXPECT_EQ(counted(app, "berth_prefetch_fetched_bytes_total"), 43'000'012);
    EXPECT_EQ(counted(app, "berth_prefetch_used_bytes_total"), 0);

    s3_.clear_requests();
    for (const auto& bytes : made.blobs) EXPECT_EQ(app.get(blob_url(bytes)).body, bytes);
    EXPECT_TRUE(asked_for(made).empty());
    EXPECT_EQ(counted(app, "berth_prefetch_used_bytes_total"), 43'000'012);
    EXPECT_EQ(counted(app, "berth_prefetch_wasted_bytes_total"), 0);
}

TEST_F(prefetch, a_client_who_comes_meanwhile_gets_the_same_bytes_and_s3_sends_them_once) {
    const image made = put_image({"{\"a\":2}", std::string(20'000'000, 'x'), std::string(25'000'000, 'y')});
    running_app app{yaml()};
    test::wait_for_probe(s3_);
    const double before = counted(app, "berth_s3_received_bytes_total");
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    while (asked_for(made).size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    for (const auto& bytes : made.blobs) EXPECT_EQ(app.get(blob_url(bytes)).body, bytes);
    ASSERT_TRUE(is_kept(made));
    EXPECT_GE(counted(app, "berth_prefetch_used_bytes_total"), 20'000'000);
    EXPECT_LE(counted(app, "berth_s3_received_bytes_total") - before, 45'000'000 + 8 * 1024 * 1024);
}

TEST_F(prefetch, only_a_get_of_an_images_manifest_begins_it) {
    const image looked_at = put_image({"{\"a\":3}", "layer of one that is only looked at"});
    const image pulled = put_image({"{\"a\":4}", "layer of one that is pulled"});
    running_app app{yaml()};
    EXPECT_EQ(app.send(verb::head, manifest_url(looked_at)).code, 200u);
    EXPECT_EQ(app.get(manifest_url(looked_at), {{"If-None-Match", '"' + looked_at.manifest_digest + '"'}}).code, 304u);
    EXPECT_EQ(app.get(manifest_url(pulled)).code, 200u);
    ASSERT_TRUE(is_kept(pulled));
    EXPECT_TRUE(asked_for(looked_at).empty());
}

TEST_F(prefetch, is_off_where_the_file_says_so) {
    const image made = put_image({"{\"a\":5}", "a layer"});
    running_app app{yaml(", prefetch: false")};
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    EXPECT_EQ(app.get(blob_url(made.blobs[0])).code, 200u);
    EXPECT_EQ(asked_for(made), (std::vector<std::size_t>{0}));
    EXPECT_EQ(counted(app, "berth_prefetch_fetched_bytes_total"), 0);
}

TEST_F(prefetch, a_node_stops_in_the_middle_of_it) {
    const image made = put_image({"{\"a\":6}", std::string(200'000'000, 'x')});
    running_app app{yaml()};
    EXPECT_EQ(app.get(manifest_url(made)).code, 200u);
    while (asked_for(made).size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    EXPECT_TRUE(app.stop());
}

}  // namespace
}  // namespace berth
