#include "s3/quoted.hpp"

namespace berth::s3 {

std::string quoted(std::string text, std::initializer_list<std::string_view> secrets) {
    constexpr std::size_t longest = 300;
    for (const std::string_view secret : secrets) {
        if (secret.empty()) continue;
        for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos;)
            text.replace(at, secret.size(), "***");
    }
    if (text.size() > longest) text.resize(longest);
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return text;
}

}  // namespace berth::s3
