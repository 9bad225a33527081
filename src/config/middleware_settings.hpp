#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace berth::config {

/// One of `middleware.storage` that is not disabled. Of its options only those of its kind count.
struct storage_middleware {
    enum class kind { redirect, cloudfront, rewrite } is = kind::redirect;
    std::string base_url;     ///< Of redirect and cloudfront, with its scheme.
    std::string private_key;  ///< Of cloudfront: a PEM file.
    std::string key_pair_id;
    std::chrono::nanoseconds duration = std::chrono::minutes{20};
    std::string scheme, host, trim_path_prefix;  ///< Of rewrite.

    bool operator==(const storage_middleware&) const = default;
};

}  // namespace berth::config
