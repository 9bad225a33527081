#pragma once

#include "base/time_format.hpp"
#include "http/server.hpp"

#include <string>

namespace berth::api {

/// A line of the Combined Log Format, with an empty text for what the client did not say, as registry:2 writes it.
/// The user is who has shown a certificate, its blanks as "_".
///
///     127.0.0.1 - - [23/Nov/2026:18:17:41 +0000] "GET /v2/ HTTP/1.1" 200 2 "" "docker/28.2.2"
std::string combined_log_line(const http::exchange_record& record, wall_time now);

}  // namespace berth::api
