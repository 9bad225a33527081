#pragma once

#include "base/hash.hpp"
#include "base/time_format.hpp"
#include "s3/uri.hpp"

#include <chrono>
#include <string>
#include <string_view>

/// AWS Signature Version 4 by S3's rules: one encoding, no path normalisation, x-amz-content-sha256 always.
/// Source: docs.aws.amazon.com, "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference.
namespace berth::s3 {

/// Who asks. All three are secrets to logs, the access key included.
struct credentials {
    std::string access_key;
    std::string secret_key;
    std::string session_token;  ///< Empty for keys that last.
};

/// What goes into every signature besides the request.
///
/// Lifetime: refers to what it is made of; for use on the spot.
struct signing {
    const credentials& keys;
    std::string_view region;
    wall_time time;
    const sha256_bytes* key = nullptr;  ///< signing_key() of the three above, where the caller has it; else null.
};

/// What a secret key becomes for one day and region. Of `date` ("20130524T000000Z") only the day counts.
sha256_bytes signing_key(std::string_view secret_key, std::string_view date, std::string_view region);

/// What x-amz-content-sha256 says where the signature leaves the body out.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

/// Adds x-amz-content-sha256, x-amz-date, x-amz-security-token (where there is one) and authorization to
/// `headers`. All headers that are there already are signed; `host` must be among them, exactly as it will be
/// sent. `path` is percent-encoded, `query` is not.
void sign(std::string_view method, std::string_view path, const name_values& query, std::string_view payload_hash,
          const signing& with, name_values& headers);

/// The query of a presigned request for `path` at `host`, X-Amz-Signature included: whoever has it can make that
/// request for `lifetime` (S3 allows 1 s to 7 days: other values are moved there).
std::string presigned_query(std::string_view method, std::string_view host, std::string_view path,
                            std::chrono::seconds lifetime, const signing& with);

}  // namespace berth::s3
