#include "api/access_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace berth::api {

namespace {

// What a client sent, fit for a quoted field: no quote, backslash or control character gets through as it is.
void append_printable(std::string& line, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') line.push_back('\\');
        line.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
    }
}

// A field without quotes ends at a blank.
void append_user(std::string& line, std::string name) {
    std::ranges::replace(name, ' ', '_');
    append_printable(line, name);
}

void append_number(std::string& line, std::uint64_t number) {
    std::array<char, 20> digits;
    line.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

}  // namespace

std::string combined_log_line(const http::exchange_record& record, wall_time now) {
    const http::request& asked = record.asked;
    constexpr std::size_t usual_bytes = 256;
    std::string line;
    line.reserve(usual_bytes);
    line.append(http::host_of(asked.peer)).append(" - ");
    append_user(line, asked.user.empty() ? asked.client_certificate_subject.value_or("-") : asked.user);
    line.append(" [").append(format_common_log(now)).append("] \"");
    append_printable(line, asked.method_name);
    line.append(" ");
    append_printable(line, asked.target);
    line.append(asked.version == 10 ? " HTTP/1.0\" " : " HTTP/1.1\" ");
    append_number(line, static_cast<unsigned>(record.code));
    line.append(" ");
    append_number(line, record.body_bytes_sent);
    line.append(" \"");
    append_printable(line, asked.headers[http::field::referer]);
    line.append("\" \"");
    append_printable(line, asked.headers[http::field::user_agent]);
    line.append("\"");
    return line;
}

}  // namespace berth::api
