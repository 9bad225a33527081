#pragma once

#include "auth/controller.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

/// What a token says. True only once its signature has been verified.
struct claims {
    std::string issuer;                  ///< `iss`
    std::string subject;                 ///< `sub`: the user; may be empty.
    std::vector<std::string> audiences;  ///< `aud`
    /// `exp` and `nbf`, seconds since 1970. 0 where they are missing: such a token has expired.
    double expires_s = 0, begins_s = 0;
    std::vector<access> allowed;  ///< `access`, an action each.

    /// Whether all of `wanted` is allowed. The action "*" stands for any; types and names are meant as they stand.
    bool allow(std::span<const access> wanted) const;
};

/// Nothing for what is no claim set with these types, or names one of them twice.
std::optional<claims> parse_claims(std::string_view json);

}  // namespace berth::auth
