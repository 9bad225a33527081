#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

/// A token taken apart. Nothing in it has been verified.
struct jws {
    std::string algorithm;           ///< `alg`
    std::string key_id;              ///< `kid`; may be empty.
    std::vector<std::string> chain;  ///< `x5c`, of the header or of its `jwk`: certificates in DER; may be empty.
    std::optional<std::string> thumbprint;  ///< Of `jwk`, to find it among the keys that are trusted.
    std::string payload;
    std::string_view signed_text;  ///< What the signature is for. Lifetime: that of the text which was parsed.
    std::string signature;
};

/// Of a JSON Web Signature in its compact form (RFC 7515, 7.1) of at most 32 KiB. Nothing for what is none, or is not
/// understood: other encodings of the same bytes, names that occur twice, `crit`.
///
/// Of what a header says about keys, `jku` and `x5u` are not looked at, and a `jwk` only to tell which trusted key it
/// is the same as: no token brings the key it is checked with.
std::optional<jws> parse_jws(std::string_view token);

}  // namespace berth::auth
