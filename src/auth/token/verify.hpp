#pragma once

#include "auth/token/claims.hpp"
#include "auth/token/trusted_keys.hpp"
#include "base/result.hpp"

#include <chrono>

namespace berth::auth {

/// By how much the clocks of a token's two sides may differ.
inline constexpr std::chrono::seconds token_leeway{60};

/// What a token must be to count.
struct token_rules {
    std::string issuer;                           ///< Its `iss`.
    std::string service;                          ///< One of its `aud`.
    std::vector<signature_algorithm> algorithms;  ///< Its `alg` is one of these.
};

/// Why a token does not count.
enum class token_refusal {
    malformed,    ///< No JSON Web Token.
    algorithm,    ///< Signed in a way that is not allowed, or with none.
    unknown_key,  ///< It names no key, or none that is trusted.
    chain,        ///< No authority vouches for its certificates.
    bad_signature,
    issuer,
    audience,
    expired,
    not_yet,  ///< Before its `nbf`.
};

/// A few words for the log.
std::string_view to_text(token_refusal why);

/// What a token says, where all of it can be believed at that time.
result<claims, token_refusal> verify_token(std::string_view token, const trusted_keys& keys, const token_rules& rules,
                                           wall_time now);

}  // namespace berth::auth
