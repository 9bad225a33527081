#include "s3/content_range.hpp"

#include <charconv>

namespace berth::s3 {

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

std::optional<content_range> parse_content_range(std::string_view header) {
    constexpr std::string_view unit = "bytes ";
    const std::size_t dash = header.find('-');
    const std::size_t slash = header.find('/');
    if (!header.starts_with(unit) || dash == header.npos || slash == header.npos || slash < dash) return std::nullopt;
    const auto first = parse_number(header.substr(unit.size(), dash - unit.size()));
    const auto last = parse_number(header.substr(dash + 1, slash - dash - 1));
    const auto whole = parse_number(header.substr(slash + 1));
    if (!first || !last || !whole || *last < *first || *last >= *whole) return std::nullopt;
    return content_range{*first, *last, *whole};
}

}  // namespace berth::s3
