#pragma once

#include "http/origin.hpp"

#include <string>

namespace berth::http {

/// The URL of a service that this program asks, taken apart.
struct service_url {
    origin server;
    std::string target;  ///< Path and query; "" where there is none.
};

/// Throws std::invalid_argument for what is no http or https URL, or names a user.
service_url parse_service_url(const std::string& url);

}  // namespace berth::http
