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
    // AWS's other names for the same bucket; of no effect with a region_endpoint.
    bool dual_stack = false;  ///< Reachable by IPv6 too.
    bool accelerate = false;  ///< Through Amazon's nearest location.
    bool fips = false;        ///< FIPS 140 cryptography at the server.
};

/// How to reach the bucket.
struct endpoint {
    http::origin server;
    std::string host;         ///< The Host header: with the port unless it is the scheme's own.
    std::string path_prefix;  ///< "/bucket" in path style, empty where the host names the bucket.

    /// "https://host:port": for messages and presigned URLs.
    std::string base_url() const;
};

/// Throws std::invalid_argument for a region_endpoint that cannot be one, and for what AWS has no name for.
endpoint resolve(const location& bucket);

}  // namespace berth::s3
