#pragma once

#include <string_view>

namespace berth::http {

/// True for what can stand in a Host header: only the characters of a host and port (RFC 3986, 3.2.2), or nothing.
bool can_be_host(std::string_view text);

}  // namespace berth::http
