#pragma once

#include "s3/credentials/keys.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What services answer who are asked for credentials. What is not the expected document parses to nothing.
namespace berth::s3 {

/// Keys as they stand in an answer.
struct written_keys {
    credentials keys;
    std::string expiration;  ///< "2026-11-24T18:00:00Z"
};

/// {"AccessKeyId": "ASIA...", "SecretAccessKey": "...", "Token": "...", "Expiration": "2026-11-24T18:00:00Z"}
std::optional<written_keys> parse_json_keys(std::string_view json);

/// <AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>...
std::optional<written_keys> parse_sts_keys(std::string_view xml);

/// The keys with their end by this machine's clock, which may be wrong: what counts is how long after the answer's
/// `date` (a Date header, may be empty) they end.
keys_result dated(written_keys keys, std::string_view date, wall_time now);

/// What a service says is wrong.
struct complaint {
    std::string code{};
    std::string message{};
};

/// {"code": "AccessDenied", "message": "..."}, with names in either case.
complaint parse_json_complaint(std::string_view json);

/// <ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>...
complaint parse_sts_complaint(std::string_view xml);

/// Both kinds of RFC 3339 time in UTC that AWS writes, with and without fractions of a second.
std::optional<wall_time> parse_expiration(std::string_view text);

}  // namespace berth::s3
