#pragma once

#include "base/time_format.hpp"

#include <optional>
#include <string_view>

namespace berth::s3 {

/// "Wed, 21 Oct 2015 07:28:00 GMT" (RFC 9110, IMF-fixdate), as Date and Last-Modified carry it; nothing for
/// other forms.
std::optional<wall_time> parse_http_date(std::string_view text);

}  // namespace berth::s3
