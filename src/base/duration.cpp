#include "base/duration.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace berth {

namespace {

const boost::system::error_code invalid = make_error_code(boost::system::errc::invalid_argument);

// Longest first, so that "ms" is not read as "m" followed by rubbish.
constexpr std::array<std::pair<std::string_view, double>, 8> units{
    {{"ns", 1}, {"us", 1e3}, {"\u00b5s", 1e3}, {"\u03bcs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};

}  // namespace

result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    double sign = 1;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        if (text.front() == '-') sign = -1;
        text.remove_prefix(1);
    }
    if (text == "0") return std::chrono::nanoseconds{0};
    if (text.empty()) return invalid;

    double total_ns = 0;
    while (!text.empty()) {
        double number = 0, scale = 1;
        std::size_t digits = 0, at = 0;
        bool fraction = false;
        for (; at < text.size(); ++at) {
            const char c = text[at];
            if (c == '.' && !fraction) {
                fraction = true;
            } else if (c >= '0' && c <= '9') {
                number = number * 10 + (c - '0');
                if (fraction) scale *= 10;
                ++digits;
            } else {
                break;
            }
        }
        if (digits == 0) return invalid;
        text.remove_prefix(at);

        double unit_ns = 0;
        for (const auto& [name, ns] : units) {
            if (text.starts_with(name)) {
                unit_ns = ns;
                text.remove_prefix(name.size());
                break;
            }
        }
        if (unit_ns == 0) return invalid;
        total_ns += number / scale * unit_ns;
    }
    if (total_ns >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return invalid;
    return std::chrono::nanoseconds{static_cast<std::int64_t>(std::llround(sign * total_ns))};
}

}  // namespace berth
