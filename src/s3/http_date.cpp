#include "s3/http_date.hpp"

#include <ctime>
#include <string>

namespace berth::s3 {

std::optional<wall_time> parse_http_date(std::string_view text) {
    std::tm parts{};
    const std::string copy{text};
    const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!end || *end != '\0') return std::nullopt;
    return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace berth::s3
