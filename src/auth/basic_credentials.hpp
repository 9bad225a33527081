#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::auth {

/// A user's name and password as the Basic scheme carries them (RFC 7617).
struct basic_credentials {
    std::string user;  ///< Without a colon.
    std::string password;
};

/// Reads an Authorization header's value, "Basic dXNlcjpwYXNzd29yZA=="; nothing for another scheme or what is none.
std::optional<basic_credentials> parse_basic(std::string_view authorization);

/// The other way round.
std::string to_authorization(const basic_credentials& who);

}  // namespace berth::auth
