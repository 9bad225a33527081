#pragma once

#include "http/message.hpp"

#include <optional>
#include <string_view>

namespace berth::api {

/// What the conditions of a request for content with this digest come to (RFC 9110, 13): 412 when If-Match does not
/// name it, 304 when If-None-Match does, nothing when it is to be sent. An entity tag is a digest in quotes; without
/// quotes, as old clients send it, it counts as well.
std::optional<http::status> failed_condition(const http::fields& headers, std::string_view digest);

}  // namespace berth::api
