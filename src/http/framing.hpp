#pragma once

#include "http/message.hpp"

#include <boost/beast/http/message.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Where a request ends, and where a program before us could see that differently. Such a request is refused and its
/// connection closed (RFC 9112, 11.2), also where a lenient reading would have worked. Pure.
namespace berth::http {

constexpr std::size_t max_request_header_bytes = 32 * 1024;
constexpr std::size_t max_target_bytes = 8 * 1024;
constexpr std::size_t max_chunk_extension_bytes = 64;

/// Why nobody looks at what a request asks.
struct refusal {
    status code;
    std::string_view why;  ///< A sentence. A literal.
};

/// The size of the header that `bytes` begins with, its empty line included; nothing while it is not whole. A line that
/// ends without CR ends it as well, so that it can be refused. The first `searched` bytes are known to hold no end.
std::optional<std::size_t> header_size(std::string_view bytes, std::size_t searched = 0);

/// What is wrong with `bytes` where no header ends in the first max_request_header_bytes of them.
refusal refuse_endless_header(std::string_view bytes);

/// What the parser does not show any more: judges a header as it was sent, up to its empty line.
std::optional<refusal> refuse_header_text(std::string_view header);

/// Judges a header that was parsed.
std::optional<refusal> refuse_header(const boost::beast::http::request_header<>& header);

/// True for a line that ends without CR. `bytes` begins at a line, as between chunks.
bool has_bare_line_end(std::string_view bytes);

}  // namespace berth::http
