#include "http/framing.hpp"

#include "http/host.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <iterator>

namespace berth::http {

namespace {

constexpr refusal target_too_long{status::uri_too_long, "The request's target has more than 8192 bytes."};
constexpr refusal bare_line_end{status::bad_request, "A line of the request's header ends without a carriage return."};

// One Transfer-Encoding that is "chunked" alone: of another, where the body ends cannot be known.
bool has_unknown_coding(const boost::beast::http::request_header<>& header) {
    const auto [first, last] = header.equal_range(field::transfer_encoding);
    return first != last && (std::next(first) != last || !boost::beast::iequals(first->value(), "chunked"));
}

std::string_view request_line(std::string_view header) {
    return header.substr(0, header.find('\n'));
}

}  // namespace

std::optional<std::size_t> header_size(std::string_view bytes, std::size_t searched) {
    constexpr std::size_t longest_end = 3;  // "\n\r\n"
    std::size_t at = bytes.find('\n', searched - std::min(searched, longest_end));
    for (; at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        const std::string_view next = bytes.substr(at + 1, 2);
        if (next.starts_with('\n')) return at + 2;
        if (next == "\r\n") return at + 3;
    }
    return std::nullopt;
}

refusal refuse_endless_header(std::string_view bytes) {
    if (bytes.find('\n') == std::string_view::npos) return target_too_long;
    return {status::request_header_fields_too_large, "The request's header has more than 32768 bytes."};
}

std::optional<refusal> refuse_header_text(std::string_view header) {
    if (has_bare_line_end(header)) return bare_line_end;
    const std::string_view line = request_line(header);
    const std::size_t before = line.find(' ');
    const std::size_t after = line.rfind(' ');
    if (before != std::string_view::npos && after - before > max_target_bytes + 1) return target_too_long;
    for (const std::string_view fold : {"\n ", "\n\t"})
        if (header.find(fold) != std::string_view::npos)
            return refusal{status::bad_request, "A line of the request's header goes on in the next one."};
    return std::nullopt;
}

std::optional<refusal> refuse_header(const boost::beast::http::request_header<>& header) {
    if (has_unknown_coding(header))
        return refusal{status::not_implemented, "The only Transfer-Encoding known here is chunked."};
    if (header.version() < 11 && header.count(field::transfer_encoding) != 0)
        return refusal{status::bad_request, "HTTP/1.0 has no Transfer-Encoding; send a Content-Length."};
    if (header.count(field::content_length) > 1 || header[field::content_length].find(',') != std::string_view::npos)
        return refusal{status::bad_request, "The request must have at most one Content-Length."};
    // RFC 9112, 3.2: a proxy before us and we ourselves could otherwise take it for two different hosts.
    if ((header.version() >= 11 && header.count(field::host) != 1) || !can_be_host(header[field::host]))
        return refusal{status::bad_request, "The request must have one Host header, and a right one."};
    return std::nullopt;
}

bool has_bare_line_end(std::string_view bytes) {
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
        if (at == 0 || bytes[at - 1] != '\r') return true;
    return false;
}

}  // namespace berth::http
