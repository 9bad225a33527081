#include "app/make_server_tls.hpp"

#include "app/startup_error.hpp"

namespace berth::app {

std::unique_ptr<http::server_tls> make_server_tls(const config::tls_settings& settings) {
    if (settings.certificate.empty()) return nullptr;
    try {
        return std::make_unique<http::server_tls>(
            http::tls_options{.certificate_file = settings.certificate,
                              .key_file = settings.key,
                              .tls_1_3_only = settings.tls_1_3_only,
                              .cipher_suites = settings.cipher_suites,
                              .client_ca_files = settings.client_cas,
                              .client_certificate_required = settings.client_auth.required,
                              .client_certificate_verified = settings.client_auth.verified});
    } catch (const http::tls_error& error) {
        throw startup_error{"http.tls." + std::string{error.what()}};
    }
}

}  // namespace berth::app
