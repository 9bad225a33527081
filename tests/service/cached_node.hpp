#pragma once

#include "cache/disk/disk_index.hpp"
#include "oci/digest.hpp"
#include "service/s3_app.hpp"
#include "support/metric.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace berth::test {

/// What becomes true soon, though nobody says when.
inline bool comes_true(const auto& condition) {
    for (int i = 0; i < 3000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
    return condition();
}

/// A test of a node with a disk cache over the fake S3.
class cached_node : public testing::Test {
protected:
    /// Keys below `storage.cache.blob` and `storage.cache` beside the usual ones: "prefetch: false".
    struct keys {
        std::string blob{}, cache{};
        std::string max_size = "1GiB";
    };
    // With metrics on an address of their own.
    std::string yaml_with(const keys& more) const {
        const auto listed = [](const std::string& text) { return text.empty() ? "" : ", " + text; };
        std::string text = yaml_over(s3_, keys_of(s3_));
        const std::string cache = ", cache: {blob: {rootdirectory: '" + folder() + "', maxsize: " + more.max_size +
                                  listed(more.blob) + "}" + listed(more.cache) + "}}\nhttp";
        text.replace(text.find("}\nhttp"), std::string{"}\nhttp"}.size(), cache);
        text.replace(text.rfind('}'), 1, ", debug: {addr: '127.0.0.1:0', prometheus: {enabled: true}}}");
        return text;
    }
    std::string folder() const { return directory_.path() / "cache"; }

    static std::string digest_of(const std::string& bytes) { return oci::digest::of(bytes).str(); }
    static std::string data_key(const std::string& digest) {
        const std::string hex = digest.substr(7);
        return "docker/registry/v2/blobs/sha256/" + hex.substr(0, 2) + "/" + hex + "/data";
    }
    // The link by which team/net holds it: in "_layers/", or "_manifests/revisions/".
    static std::string link_key(const std::string& in, const std::string& digest) {
        return "docker/registry/v2/repositories/team/net/" + in + "sha256/" + digest.substr(7) + "/link";
    }
    static std::string blob_url(const std::string& digest) { return "/v2/team/net/blobs/" + digest; }

    // The node has verified it and entered it.
    bool is_in_index(const std::string& digest) const {
        cache::disk_index index{folder() + "/index.sqlite"};
        return comes_true([&] { return index.find(digest).has_value(); });
    }
    static double counted(running_app& app, std::string_view series) {
        return metric(app.get_debug("/metrics").body, series).value_or(-1);
    }

    fake_s3 s3_;
    temporary_directory directory_;
};

}  // namespace berth::test
