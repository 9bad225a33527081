#include "base/time_format.hpp"

#include <array>
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
