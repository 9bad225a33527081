#pragma once

#include <cstdint>
#include <string>

namespace berth::http {

/// Where a server is.
struct origin {
    std::string host;  ///< A name or an address, IPv6 without brackets.
    std::uint16_t port = 80;
    bool tls = false;
};

}  // namespace berth::http
