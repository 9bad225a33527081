#include "s3/uri.hpp"

#include <algorithm>

namespace berth::s3 {

namespace {

// Not std::isalnum: that one asks the locale.
bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

std::string encode(std::string_view text, bool keep_slash) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 15]);
        }
    }
    return out;
}

}  // namespace

std::string encode_component(std::string_view text) {
    return encode(text, false);
}

std::string encode_path(std::string_view text) {
    return encode(text, true);
}

std::string without_slashes(std::string_view folder) {
    while (folder.starts_with('/')) folder.remove_prefix(1);
    while (folder.ends_with('/')) folder.remove_suffix(1);
    return std::string{folder};
}

std::string canonical_query(const name_values& parameters) {
    name_values encoded;
    encoded.reserve(parameters.size());
    for (const auto& [name, value] : parameters) encoded.emplace_back(encode_component(name), encode_component(value));
    std::sort(encoded.begin(), encoded.end());
    std::string out;
    for (const auto& [name, value] : encoded) {
        if (!out.empty()) out += '&';
        out += name;
        out += '=';
        out += value;
    }
    return out;
}

}  // namespace berth::s3
