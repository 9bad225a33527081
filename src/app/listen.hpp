#pragma once

#include "config/configuration.hpp"
#include "http/server.hpp"

#include <optional>

/// From the addresses of the configuration to servers that listen. All throw startup_error.
namespace berth::app {

/// On `http.addr`. Returns the real address; nothing for a unix socket.
std::optional<asio::ip::tcp::endpoint> listen(http::server& server, const config::http_settings& settings);

/// On `http.debug.addr`.
asio::ip::tcp::endpoint listen_for_debugging(http::server& server, const config::debug_settings& settings);

}  // namespace berth::app
