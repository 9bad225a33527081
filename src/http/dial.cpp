#include "http/dial.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include <vector>

namespace berth::http {

std::string describe(const origin& server) {
    if (!server.socket_file.empty()) return server.socket_file;
    const bool ipv6 = server.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

void fail(const origin& server, std::string_view what, const error_code& error) {
    throw transport_error{std::string{what} + " " + describe(server) + ": " + error.message(),
                          error == asio::error::timed_out};
}

// The file of certificates differs between distributions, and a container image may hold any of them.
void trust_the_system(asio::ssl::context& context) {
    error_code ignored;
    context.set_default_verify_paths(ignored);
    for (const char* file :
         {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}) {
        error_code error;
        context.load_verify_file(file, error);
        if (!error) return;
    }
}

namespace {

awaitable<stream_socket> open_socket_file(const origin& server) {
    asio::local::stream_protocol::socket socket{co_await asio::this_coro::executor};
    const asio::local::stream_protocol::endpoint endpoint{server.socket_file};
    auto [error] = co_await socket.async_connect(endpoint, as_tuple);
    if (error) fail(server, "cannot connect to", error);
    co_return std::move(socket);
}

awaitable<stream_socket> open_socket(address_book& addresses, const origin& server,
                                     std::chrono::steady_clock::duration timeout) {
    if (!server.socket_file.empty()) co_return co_await open_socket_file(server);
    std::vector<tcp::endpoint> endpoints;
    error_code last = asio::error::host_not_found;
    try {
        endpoints = co_await addresses.in_turn();
    } catch (const boost::system::system_error& failure) {
        if (failure.code() == asio::error::operation_aborted) throw;
        last = failure.code();
    }
    if (endpoints.empty()) fail(server, "cannot resolve the name of", last);
    const auto executor = co_await asio::this_coro::executor;
    for (const auto& endpoint : endpoints) {
        tcp::socket socket{executor};
        async::watchdog watchdog{executor, [&socket] {
                                     error_code ignored;
                                     socket.close(ignored);
                                 }};
        watchdog.expires_after(timeout);
        auto [error] = co_await socket.async_connect(endpoint, as_tuple);
        if (!error) {
            socket.set_option(tcp::no_delay{true}, error);
            co_return std::move(socket);
        }
        if (error == asio::error::operation_aborted && !watchdog.expired()) throw boost::system::system_error{error};
        last = watchdog.expired() ? error_code{asio::error::timed_out} : error;
        addresses.failed(endpoint);
    }
    fail(server, "cannot connect to", last);
}

}  // namespace

awaitable<std::unique_ptr<transport>> dial(address_book& addresses, const origin& server, asio::ssl::context* tls,
                                           bool verify, std::chrono::steady_clock::duration timeout) {
    auto socket = co_await open_socket(addresses, server, timeout);
    if (!tls) co_return make_plain_transport(std::move(socket));

    std::unique_ptr<transport> pipe;
    error_code error;
    try {
        pipe = co_await make_tls_client_transport(std::move(socket), *tls, server.host, verify, timeout);
    } catch (const boost::system::system_error& failure) {
        error = failure.code();
    }
    if (error) fail(server, "cannot agree on TLS with", error);
    co_return pipe;
}

}  // namespace berth::http
