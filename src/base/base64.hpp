#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth {

/// The bytes that base64 (RFC 4648, 4) with its padding stands for. Nothing for a text that no encoder writes: line
/// breaks, missing padding, bits behind the last byte.
std::optional<std::string> decode_base64(std::string_view text);

/// The same in the alphabet for URLs (RFC 4648, 5) and without padding, as JSON Web Signatures have it.
std::optional<std::string> decode_base64url(std::string_view text);

/// With padding.
std::string encode_base64(std::string_view bytes);

/// In the alphabet for URLs, without padding.
std::string encode_base64url(std::string_view bytes);

}  // namespace berth
