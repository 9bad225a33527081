#pragma once

#include "auth/token/public_key.hpp"
#include "auth/token/signature.hpp"
#include "base/time_format.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

/// Where the keys of those are who sign tokens. One of the two may be empty.
struct key_files {
    std::string root_cert_bundle{};  ///< PEM certificates.
    std::string jwks{};              ///< A JSON Web Key Set (RFC 7517, 5).
};

/// The keys that a token may be signed with, as they stood in the files. Thread-safe.
class trusted_keys {
public:
    struct key {
        public_key value;
        std::optional<signature_algorithm> only;  ///< A JSON Web Key may be for one algorithm only.
    };

    /// Throws option_error ("rootcertbundle: ...", "jwks: ...") for files that are of no use, and where they hold no
    /// key.
    explicit trusted_keys(const key_files& files);

    /// By what a token's `kid` may call it: the `kid` of the key set; of a certificate's key, or a key that has none,
    /// its thumbprint, and of a certificate's key its libtrust id too. nullptr when there is none.
    const key* find(std::string_view id) const;
    const key* find_by_thumbprint(std::string_view thumbprint) const;

    /// The key of the first of these certificates (DER), where the bundle vouches for it by way of the others at that
    /// time. Each certificate of the bundle is an authority, whoever has signed it.
    std::optional<public_key> vouched_for(const std::vector<std::string>& chain, wall_time at) const;

private:
    void add(std::string id, key added);
    void read_bundle(const std::string& path);
    void read_jwks(const std::string& path);

    std::map<std::string, key, std::less<>> by_id_, by_thumbprint_;
    std::shared_ptr<X509_STORE> authorities_;
};

}  // namespace berth::auth
