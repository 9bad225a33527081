#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

using wall_time = std::chrono::system_clock::time_point;

/// "2026-11-23T18:17:41Z": RFC 3339 in UTC, whole seconds. What an upload's `startedat` holds.
std::string format_rfc3339(wall_time time);
/// "2026-11-23T18:17:41.123456789Z": the same with nanoseconds, for log lines.
std::string format_rfc3339_nano(wall_time time);
/// "20261123T181741Z": what SigV4 calls the ISO 8601 basic format.
std::string format_iso8601_basic(wall_time time);
/// "23/Nov/2026:18:17:41 +0000": the time of the Combined Log Format.
std::string format_common_log(wall_time time);

/// What the first two have written, and others' RFC 3339: fractions of a second and offsets from UTC are understood.
/// Nothing for any other text.
std::optional<wall_time> parse_rfc3339(std::string_view text);

/// The years that differences of such times are sure to hold: a clock of nanoseconds knows 292 of them.
constexpr bool is_clock_year(int year) {
    return year >= 1900 && year <= 2150;
}

}  // namespace berth
