#pragma once

#include "auth/token/public_key.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace berth::auth {

/// How a token is signed: what RFC 7518, 3.1, and RFC 8037, 3.1, have for public keys. "none" and shared secrets
/// (HS256) are not among them, so nothing in a token can ask for those.
enum class signature_algorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, eddsa };

inline constexpr std::string_view signature_algorithm_names[] = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                                                 "PS512", "ES256", "ES384", "ES512", "EdDSA"};

/// "RS256", exactly so. Nothing for any other text.
std::optional<signature_algorithm> find_signature_algorithm(std::string_view name);

/// Whether whoever has the other half of `key` signed `text` so. False where the algorithm is not for keys of this
/// kind.
bool is_signed_by(const public_key& key, signature_algorithm algorithm, std::string_view text,
                  std::string_view signature);

}  // namespace berth::auth
