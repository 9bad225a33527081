#pragma once

#include "http/client.hpp"

#include <string>

namespace berth::s3 {

/// Where the bucket is, in the words of the config.
struct location {
    std::string bucket{};
    std::string region = "us-east-1";
    /// "host", "host:port", "http://host:port", "https://host/path"; empty for AWS itself. A scheme here wins
    /// over `secure`. It forces path style.
    std::string region_endpoint{};
    bool secure = true;
    bool force_path_style = false;
};

/// How to reach the bucket.
struct endpoint {
    http::origin server;
    std::string host;         ///< The Host header: with the port unless it is the scheme's own.
    std::string path_prefix;  ///< "/bucket" in path style, empty where the host names the bucket.

    /// "https://host:port": for messages and presigned URLs.
    std::string base_url() const;
};

/// Throws std::invalid_argument for a region_endpoint that cannot be one.
endpoint resolve(const location& bucket);

}  // namespace berth::s3
