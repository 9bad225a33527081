#pragma once

#include "http/message.hpp"
#include "http/service_url.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// What several parts of the configuration have in common, made into what the server and the clients take. `key` is
/// for the message: each throws startup_error for a text that says nothing usable.
namespace berth::app {

struct address {
    std::string host;  ///< IPv6 without brackets; empty: every address.
    std::uint16_t port = 0;
};

/// ":5000", "127.0.0.1:5000", "[::1]:5000", "localhost:5000"
address configured_address(const std::string& key, const std::string& text);

/// "http://host:port/path?query"; the target is at least "/".
http::service_url configured_url(const std::string& key, const std::string& text);

/// Each name with each of its values.
http::fields configured_headers(const std::vector<std::pair<std::string, std::vector<std::string>>>& headers);

}  // namespace berth::app
