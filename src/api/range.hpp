#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::api {

/// Part of a body: `size_bytes` (at least 1) from `offset` on.
struct byte_window {
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
    friend bool operator==(const byte_window&, const byte_window&) = default;
};

/// What a Range header asks of a body (RFC 9110, 14.2).
struct range_choice {
    enum class kind { whole, part, unsatisfiable } what = kind::whole;
    byte_window part;
};

/// "bytes=0-9", "bytes=500-", "bytes=-20". Several ranges, other units and what is no range at all are answered with
/// the whole body, which the RFC allows; one that ends before it begins asks for nothing and cannot be satisfied.
range_choice choose_range(std::string_view header, std::uint64_t body_bytes);

/// A chunk's place in its upload as distribution-spec writes it: Content-Range: "<first>-<last>". The RFC's form
/// "bytes <first>-<last>/<total or *>" is understood too. Nothing for anything else.
std::optional<byte_window> parse_content_range(std::string_view header);

}  // namespace berth::api
