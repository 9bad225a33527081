#pragma once

#include <cstdint>
#include <string>

namespace berth::http {

/// Where a server is.
struct origin {
    std::string host;  ///< A name or an address, IPv6 without brackets.
    std::uint16_t port = 80;
    bool tls = false;
    std::string socket_file{};  ///< The unix socket under which it is reached; the host is only how it is called then.
};

}  // namespace berth::http
