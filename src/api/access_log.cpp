#include "api/access_log.hpp"

namespace berth::api {

namespace {

// What a client sent, fit for a quoted field: no quote, backslash or control character gets through as it is.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
    }
    return out;
}

}  // namespace

std::string combined_log_line(const http::exchange_record& record, wall_time now) {
    const http::request& asked = record.asked;
    const std::string_view path = std::string_view{asked.target}.substr(0, asked.target.find('?'));
    return asked.peer.address().to_string() + " - - [" + format_common_log(now) + "] \"" +
           printable(asked.method_name) + " " + printable(path) + " HTTP/1.1\" " +
           std::to_string(static_cast<unsigned>(record.code)) + " " + std::to_string(record.body_bytes_sent) + " \"" +
           printable(asked.headers[http::field::referer]) + "\" \"" +
           printable(asked.headers[http::field::user_agent]) + "\"";
}

}  // namespace berth::api
