#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::s3 {

/// What an answer says of the bytes it has: "bytes 100-199/1000" (RFC 9110, 14.4).
struct content_range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t whole_bytes = 0;  ///< Of the object.
};

/// Nothing for what is not of that form, or contradicts itself.
std::optional<content_range> parse_content_range(std::string_view header);

/// A number and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace berth::s3
