#pragma once

#include <string>
#include <vector>

namespace berth::config {

/// `http.tls`. Without a certificate the server speaks plain HTTP.
struct tls_settings {
    std::string certificate, key;  ///< Files.
    bool tls_1_3_only = false;     ///< `minimumtls: tls1.3`
    std::vector<std::string> cipher_suites;

    bool operator==(const tls_settings&) const = default;
};

}  // namespace berth::config
