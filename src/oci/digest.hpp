#pragma once

#include "base/hash.hpp"
#include "base/result.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace berth::oci {

/// "sha256" or "sha512".
result<hash_function> parse_algorithm(std::string_view text);
std::string_view name_of(hash_function algorithm);

/// The name of content by its hash, "sha256:<64 lower-case hex>" or "sha512:<128>" (OCI image-spec,
/// descriptor.md, "Digests"). A value of this type is always well-formed, so a storage path can be built from
/// it without a check.
class digest {
public:
    /// Strict: algorithm known, length exact, hex lower case. Anything else is an error.
    static result<digest> parse(std::string_view text);
    static digest of(std::string_view content, hash_function algorithm = hash_function::sha256);
    static digest from_hex(hash_function algorithm, std::string hex);

    hash_function algorithm() const { return algorithm_; }
    std::string_view algorithm_name() const { return name_of(algorithm_); }
    const std::string& hex() const { return hex_; }
    /// "sha256:..."
    std::string str() const;

    friend auto operator<=>(const digest&, const digest&) = default;

private:
    digest(hash_function algorithm, std::string hex) : algorithm_{algorithm}, hex_{std::move(hex)} {}

    hash_function algorithm_;
    std::string hex_;
};

}  // namespace berth::oci
