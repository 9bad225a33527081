#pragma once

#include "async/asio.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::cli {

/// Where a registry with `auth.token` sends a client (RFC 6750, 3), and for what.
struct token_challenge {
    std::string realm;  ///< A URL.
    std::string service, scope;
};

/// Of the header WWW-Authenticate. Nothing for another scheme, and without a realm.
std::optional<token_challenge> parse_token_challenge(std::string_view www_authenticate);

/// Why there is no token: a line for the user.
struct no_token {
    std::string text;
};

using token_result = result<std::string, no_token>;

/// A token of the service that the challenge names. `authorization`: the header for the user there, which goes over
/// TLS, or to this machine.
awaitable<token_result> fetch_token(const token_challenge& wanted, std::string_view authorization);

}  // namespace berth::cli
