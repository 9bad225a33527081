#include "s3/http_date.hpp"

#include <ctime>
#include <string>

namespace berth::s3 {

std::optional<wall_time> parse_http_date(std::string_view text) {
    std::tm parts{};
    const std::string copy{text};
    const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    constexpr int first_year = 1900;  // of std::tm
    if (!end || *end != '\0' || !is_clock_year(first_year + parts.tm_year)) return std::nullopt;
    return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace berth::s3
