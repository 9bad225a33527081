#pragma once

#include <string>
#include <vector>

namespace berth::config {

/// `http.tls`. Without a certificate the server speaks plain HTTP.
struct tls_settings {
    std::string certificate, key;  ///< Files.
    bool tls_1_3_only = false;     ///< `minimumtls: tls1.3`
    std::vector<std::string> cipher_suites;
    std::vector<std::string> client_cas;  ///< Files.
    /// `clientauth`: whether a client must have a certificate, and whether one of `client_cas` must vouch for it.
    struct client_certificates {
        bool required = true, verified = true;
        bool operator==(const client_certificates&) const = default;
    } client_auth;

    bool operator==(const tls_settings&) const = default;
};

}  // namespace berth::config
