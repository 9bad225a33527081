#pragma once

#include <boost/json/object.hpp>
#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>

namespace berth::auth {

/// A key that signatures of tokens are checked with. Cheap to copy; thread-safe.
class public_key {
public:
    enum class kind { rsa, p256, p384, p521, ed25519 };

    /// Nothing for kinds that no token is signed with, and for RSA below 2048 bits (RFC 7518, 3.3).
    static std::optional<public_key> of(std::shared_ptr<EVP_PKEY> key);
    /// Of a JSON Web Key (RFC 7517; RFC 7518, 6; RFC 8037, 2), whose private members are not looked at. Nothing as
    /// above, and for a key that is none.
    static std::optional<public_key> of_jwk(const boost::json::object& jwk);

    kind what() const { return kind_; }
    EVP_PKEY* get() const { return key_.get(); }

    /// What registry:2 knows a key by: "ABCD:EFGH:...", twelve groups of base32 of the SHA-256 of the key's DER.
    std::string libtrust_id() const;
    /// What registry:3 knows a key by.
    std::string thumbprint() const;

private:
    public_key(std::shared_ptr<EVP_PKEY> key, kind kind) : key_{std::move(key)}, kind_{kind} {}

    std::shared_ptr<EVP_PKEY> key_;
    kind kind_;
};

/// The SHA-256 of what makes up a JSON Web Key (RFC 7638), in base64url. Nothing where one of those members is missing
/// or no base64url. Says nothing about whether the key is one, or whose.
std::optional<std::string> jwk_thumbprint(const boost::json::object& jwk);

}  // namespace berth::auth
