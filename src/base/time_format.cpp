#include "base/time_format.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace berth {

namespace {

std::string format(wall_time time, const char* pattern) {
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), pattern, &parts)};
}

}  // namespace

std::string format_rfc3339(wall_time time) {
    return format(time, "%Y-%m-%dT%H:%M:%SZ");
}

std::string format_rfc3339_nano(wall_time time) {
    const auto fraction = std::chrono::nanoseconds{time - std::chrono::floor<std::chrono::seconds>(time)};
    std::array<char, 16> text{};
    const int size = std::snprintf(text.data(), text.size(), ".%09ldZ", static_cast<long>(fraction.count()));
    return format(time, "%Y-%m-%dT%H:%M:%S") + std::string{text.data(), static_cast<std::size_t>(size)};
}

std::optional<wall_time> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        const char* end = text.data() + at + digits;
        return std::from_chars(text.data() + at, end, value).ptr == end && value >= 0 ? value : -1;
    };
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    if (text.size() <= shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] != '0' && text[i] != shape[i]) return std::nullopt;
    const auto field = [&](std::size_t at) { return static_cast<unsigned>(number(at, 2)); };
    const year_month_day day{year{number(0, 4)}, month{field(5)}, std::chrono::day{field(8)}};
    const unsigned hour = field(11), minute = field(14), second = field(17);
    if (!is_clock_year(number(0, 4)) || !day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    wall_time time = sys_days{day} + hours{hour} + minutes{minute} + seconds{second};

    text.remove_prefix(shape.size());
    if (text.starts_with('.')) {
        std::size_t digits = 1;
        for (nanoseconds unit = 100ms; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
            time += duration_cast<wall_time::duration>(unit * (text[digits] - '0'));
            unit /= 10;
        }
        if (digits == 1) return std::nullopt;
        text.remove_prefix(digits);
    }
    if (text == "Z") return time;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    const unsigned offset_hours = field(1), offset_minutes = field(4);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    const auto offset = hours{offset_hours} + minutes{offset_minutes};
    return text[0] == '+' ? time - offset : time + offset;
}

std::string format_iso8601_basic(wall_time time) {
    return format(time, "%Y%m%dT%H%M%SZ");
}

std::string format_common_log(wall_time time) {
    // Busy servers write thousands of these a second, and each second has one text.
    thread_local std::chrono::sys_seconds last_second = std::chrono::sys_seconds::min();
    thread_local std::string last_text;
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    if (second != last_second) {
        last_text = format(time, "%d/%b/%Y:%H:%M:%S +0000");
        last_second = second;
    }
    return last_text;
}

}  // namespace berth
