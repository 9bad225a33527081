#pragma once

#include "storage/linked/linked_driver.hpp"

#include <string>

/// registry:2's storage middleware: other links to files than the store's own.
namespace berth::storage {

/// `redirect`: "https://cdn.example/base" and the file's path.
link_maker redirect_links(std::string base_url);

/// `rewrite` of registry:2's version 3: the store's own link with another scheme and host, and without what its path
/// begins with; each only where it is not empty.
struct rewriting {
    std::string scheme, host, trim_path_prefix;
};
link_maker rewritten_links(rewriting how);

/// `cloudfront`: Amazon's CDN before the bucket, by links that are signed for a time of their own.
struct cloudfront_options {
    std::string base_url;     ///< "https://d111.cloudfront.net"
    std::string key_prefix;   ///< What the keys of all files begin with, "prefix/"; may be empty.
    std::string key_pair_id;  ///< CloudFront's name for the key.
    std::string private_key;  ///< PEM: an RSA key without a passphrase.
    std::chrono::seconds duration = std::chrono::minutes{20};
    std::function<wall_time()> clock = std::chrono::system_clock::now;
};
/// Throws std::invalid_argument where the key is none.
link_maker cloudfront_links(const cloudfront_options& options);

}  // namespace berth::storage
