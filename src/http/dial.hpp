#pragma once

#include "http/address_book.hpp"
#include "http/transport.hpp"
#include "http/transport_error.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace berth::http {

/// "registry.example:5000", "[::1]:5000", or the path of its socket
std::string describe(const origin& server);

/// Throws a transport_error: "`what` registry.example:5000: connection refused".
[[noreturn]] void fail(const origin& server, std::string_view what, const error_code& error);

/// Trusts the authorities that this machine trusts.
void trust_the_system(asio::ssl::context& context);

/// A new connection to one of the server's addresses, or to its socket, with its TLS handshake where the server has
/// TLS. `timeout` is for each address, and for the handshake. Throws transport_error; operation_aborted when it is
/// cancelled.
///
/// Lifetime: `tls` outlives the connection; null where the server has none.
awaitable<std::unique_ptr<transport>> dial(address_book& addresses, const origin& server, asio::ssl::context* tls,
                                           bool verify, std::chrono::steady_clock::duration timeout);

}  // namespace berth::http
