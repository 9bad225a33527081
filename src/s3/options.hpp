#pragma once

#include "base/time_format.hpp"
#include "http/client.hpp"
#include "s3/credentials/provider.hpp"
#include "s3/endpoint.hpp"
#include "s3/retry.hpp"
#include "s3/sigv4.hpp"
#include "s3/traffic.hpp"

#include <functional>
#include <memory>
#include <string>

namespace berth::s3 {

/// What S3 encrypts objects with at rest.
enum class encryption { none, aes256, kms };

/// All that a client needs to know.
struct options {
    location bucket;
    /// Where presigned URLs lead, with the bucket in the path: "https://host". Empty: to where `bucket` is.
    std::string redirect_endpoint;
    credentials keys;
    std::shared_ptr<credentials_provider> provider;  ///< Has the keys instead; null: `keys` are the ones.
    bool verify_certificate = true;
    encryption sse = encryption::none;
    std::string kms_key_id;     ///< With encryption::kms; empty means the account's default key.
    std::string storage_class;  ///< Sent only when not empty, as is the ACL.
    std::string acl;
    std::string user_agent = "berth";
    backoff timing;
    unsigned retry_tokens = 500;     ///< What all repetitions may spend together: see retry_quota.
    s3::traffic* traffic = nullptr;  ///< Where to count; may be null. Lifetime: outlives the client.
    std::function<wall_time()> clock = std::chrono::system_clock::now;
};

}  // namespace berth::s3
