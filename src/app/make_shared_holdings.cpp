#include "app/make_shared_holdings.hpp"

#include "app/configured.hpp"
#include "app/startup_error.hpp"
#include "http/dial.hpp"

#include <boost/asio/ssl/context.hpp>

namespace berth::app {

namespace {

using std::chrono::duration_cast;
using std::chrono::steady_clock;

void refuse(const char* key, const std::string& file, const error_code& error) {
    if (error)
        throw startup_error{std::string{key} + ": " + file + " cannot be used: " + error.message() +
                            "; write the path of a PEM file that this user may read"};
}

std::shared_ptr<asio::ssl::context> make_tls(const config::redis_tls_settings& settings) {
    if (!settings.is_on()) return nullptr;
    auto made = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    error_code error;
    if (settings.root_cas.empty()) http::trust_the_system(*made);
    for (const std::string& file : settings.root_cas) {
        made->load_verify_file(file, error);
        refuse("redis.tls.rootcas", file, error);
    }
    if (settings.certificate.empty()) return made;
    made->use_certificate_chain_file(settings.certificate, error);
    refuse("redis.tls.certificate", settings.certificate, error);
    // Without it OpenSSL would ask the terminal for the passphrase of a key that has one.
    made->set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string{}; });
    made->use_private_key_file(settings.key, asio::ssl::context::pem, error);
    refuse("redis.tls.key", settings.key, error);
    return made;
}

redis::client::options client_options_of(const config::redis_settings& settings) {
    const address where = configured_address("redis.addr", settings.addresses.front());
    return {.server = {where.host.empty() ? "localhost" : where.host, where.port, settings.tls.is_on()},
            .user = settings.username,
            .password = settings.password,
            .database = settings.database,
            .client_name = settings.client_name,
            .connect_timeout = duration_cast<steady_clock::duration>(settings.dial_timeout),
            .read_timeout = duration_cast<steady_clock::duration>(settings.read_timeout),
            .write_timeout = duration_cast<steady_clock::duration>(settings.write_timeout),
            .max_connections = settings.max_active,
            .max_idle_connections = settings.max_idle,
            .max_idle_time = duration_cast<steady_clock::duration>(settings.idle_timeout),
            .tls = make_tls(settings.tls)};
}

}  // namespace

std::unique_ptr<cache::shared_holdings> make_shared_holdings(const config::configuration& config,
                                                             async::io_runtime& runtime) {
    const config::cache_settings& settings = config.storage.cache;
    if (!settings.shared_by_redis) return nullptr;
    const cache::shared_holdings::options options{.lifetime = duration_cast<steady_clock::duration>(settings.lifetime)};
    return std::make_unique<cache::shared_holdings>(client_options_of(config.redis), options, runtime.next_executor());
}

}  // namespace berth::app
