#pragma once

#include "http/message.hpp"
#include "oci/error.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

/// Answers that several handlers give.
namespace berth::api::reply {

http::response json(http::status code, std::string body);
/// What this node says of itself, in a line: nobody may keep it.
http::response of_the_moment(http::status code, const boost::json::value& body);
http::response empty(http::status code);

/// The OCI error body; the status of the first error's code unless one is given.
http::response errors(const std::vector<oci::error>& errors, std::optional<http::status> code = std::nullopt);
http::response error(oci::error error, std::optional<http::status> code = std::nullopt);

/// Adds `Warning: 299 - "text"` (distribution-spec, "Warnings"), which clients show to their users. `text` has no
/// quotes.
void warn(http::response& answer, std::string_view text);

}  // namespace berth::api::reply
