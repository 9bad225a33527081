#include "api/range.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace berth::api {

namespace {

// All of `text` as a number; nothing when it is empty, holds anything but digits, or is too large.
std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool consume(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace

range_choice choose_range(std::string_view header, std::uint64_t body_bytes) {
    using kind = range_choice::kind;
    const auto dash = header.find('-');
    if (dash == std::string_view::npos || !boost::istarts_with(header, "bytes=")) return {};
    header.remove_prefix(std::string_view{"bytes="}.size());
    const std::string_view first_text = header.substr(0, header.find('-'));
    const std::string_view last_text = header.substr(header.find('-') + 1);
    const auto first = parse_number(first_text), last = parse_number(last_text);

    if (first_text.empty()) {  // the last so many bytes
        if (!last) return {};
        if (*last == 0 || body_bytes == 0) return {kind::unsatisfiable, {}};
        const std::uint64_t size = std::min(*last, body_bytes);
        return {kind::part, {body_bytes - size, size}};
    }
    if (!first || (!last && !last_text.empty())) return {};
    if (*first >= body_bytes || (last && *last < *first)) return {kind::unsatisfiable, {}};
    const std::uint64_t end = last ? std::min(*last, body_bytes - 1) : body_bytes - 1;
    return {kind::part, {*first, end - *first + 1}};
}

std::optional<byte_window> parse_content_range(std::string_view header) {
    if (consume(header, "bytes ")) header = header.substr(0, header.find('/'));
    const auto dash = header.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = parse_number(header.substr(0, dash)), last = parse_number(header.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    if (*last - *first == std::numeric_limits<std::uint64_t>::max()) return std::nullopt;  // its size has no number
    return byte_window{*first, *last - *first + 1};
}

}  // namespace berth::api
