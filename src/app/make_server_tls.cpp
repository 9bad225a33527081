#include "app/make_server_tls.hpp"

#include "app/startup_error.hpp"
#include "base/log.hpp"

#include <boost/asio/steady_timer.hpp>

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

namespace {

void say_of_no_use(const http::tls_error& error) {
    log::error("the files of http.tls have changed and are of no use; those before stay in use",
               {{"because", "http.tls." + std::string{error.what()}}});
}

}  // namespace

void read_files_again(http::server_tls& tls) {
    try {
        tls.reload();
        log::info("the files of http.tls were read again");
    } catch (const http::tls_error& error) {
        say_of_no_use(error);
    }
}

awaitable<void> follow_files(http::server_tls& tls, std::chrono::steady_clock::duration interval) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        timer.expires_after(interval);
        co_await timer.async_wait(asio::use_awaitable);
        try {
            if (tls.reload_if_changed()) log::info("the files of http.tls have changed; the new ones are in use");
        } catch (const http::tls_error& error) {
            say_of_no_use(error);
        }
    }
}

}  // namespace berth::app
