#include "base/base64.hpp"

#include <cstdint>

namespace berth {

namespace {

constexpr std::string_view standard_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<std::string> decode(std::string_view text, std::string_view alphabet) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int held = 0;  // how many of `bits` are no part of a byte yet
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffff;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>(bits >> held & 0xff);
    }
    if (bits & ((1U << held) - 1)) return std::nullopt;
    return bytes;
}

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string text;
    text.reserve(bytes.size() * 4 / 3 + 3);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8 | static_cast<unsigned char>(byte)) & 0xffff;
        for (held += 8; held >= 6;) {
            held -= 6;
            text += alphabet[bits >> held & 0x3f];
        }
    }
    if (held > 0) text += alphabet[bits << (6 - held) & 0x3f];
    return text;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    return decode(text, standard_alphabet);
}

std::optional<std::string> decode_base64url(std::string_view text) {
    return decode(text, url_alphabet);
}

std::string encode_base64(std::string_view bytes) {
    std::string text = encode(bytes, standard_alphabet);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string encode_base64url(std::string_view bytes) {
    return encode(bytes, url_alphabet);
}

}  // namespace berth
