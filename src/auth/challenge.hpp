#pragma once

#include "auth/controller.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace berth::auth {

/// `Bearer realm="...",service="..."`: a scheme and its parameters, values quoted (RFC 9110, 11.2 and 5.6.4).
/// Parameters with an empty value are left out, and so are control characters.
challenge make_challenge(std::string_view scheme, std::span<const std::pair<std::string_view, std::string>> parameters);

/// "repository:team/net:pull,push registry:catalog:*": the actions of one name together, in the order of their first
/// mention.
std::string scope_of(std::span<const access> wanted);

}  // namespace berth::auth
