#pragma once

#include "support/fake_s3/message.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace berth::test::s3 {

/// Who may ask.
struct account {
    std::string access_key;
    std::string secret_key;
    std::string session_token;  ///< Demanded where not empty.
    std::string region;
};

/// Checks an AWS Signature Version 4, in headers or in the query, and the hash of the body. Returns the error
/// that S3 would answer, nothing for a good request. Pure; made from the specification, without src/s3.
std::optional<outgoing> check_signature(const incoming& request, const account& who,
                                        std::chrono::system_clock::time_point now);

/// Lower-case hex.
std::string hex_of(std::string_view bytes);
/// 16 bytes.
std::string md5_of(std::string_view bytes);
std::string base64_of(std::string_view bytes);

}  // namespace berth::test::s3
