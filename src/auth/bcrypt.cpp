#include "auth/bcrypt.hpp"

#include <openssl/crypto.h>

#include <crypt.h>
#include <memory>

namespace berth::auth::bcrypt {

namespace {

constexpr std::size_t prefix_characters = 7;  // "$2y$10$"
constexpr std::size_t salt_characters = 22;
constexpr std::size_t checksum_characters = 31;
constexpr std::string_view digits = "0123456789";
constexpr std::string_view base64_characters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_one_of(char c, std::string_view characters) {
    return characters.find(c) != std::string_view::npos;
}

}  // namespace

bool is_hash(std::string_view text) {
    return text.size() == prefix_characters + salt_characters + checksum_characters && text.starts_with("$2") &&
           is_one_of(text[2], "aby") && text[3] == '$' && is_one_of(text[4], digits) && is_one_of(text[5], digits) &&
           text[6] == '$' && text.find_first_not_of(base64_characters, prefix_characters) == std::string_view::npos;
}

bool matches(const std::string& password, const std::string& hash) {
    // crypt reads as far as a NUL: what comes behind one would not count.
    const bool is_text = password.find('\0') == std::string::npos;
    const auto scratch = std::make_unique<crypt_data>();  // 32 KiB, and all zeros
    const char* made = crypt_r(password.c_str(), hash.c_str(), scratch.get());
    const std::string_view computed = made ? made : "";
    const bool same =
        computed.size() == hash.size() && CRYPTO_memcmp(computed.data(), hash.data(), computed.size()) == 0;
    OPENSSL_cleanse(scratch.get(), sizeof *scratch);
    return same && is_text;
}

std::string unknown_hash(std::string_view like) {
    return std::string{like.substr(0, prefix_characters)} + std::string(salt_characters + checksum_characters, '.');
}

}  // namespace berth::auth::bcrypt
