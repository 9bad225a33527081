#include "base/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace berth {

void hasher::free_context::operator()(EVP_MD_CTX* context) const noexcept {
    EVP_MD_CTX_free(context);
}

hasher::hasher(hash_function function) : context_{EVP_MD_CTX_new()} {
    const EVP_MD* method = function == hash_function::sha512 ? EVP_sha512() : EVP_sha256();
    if (!context_ || EVP_DigestInit_ex(context_.get(), method, nullptr) != 1)
        throw std::runtime_error{"OpenSSL cannot start a hash"};
}

hasher::~hasher() = default;
hasher::hasher(hasher&&) noexcept = default;
hasher& hasher::operator=(hasher&&) noexcept = default;

void hasher::update(const void* data, std::size_t size_bytes) {
    if (EVP_DigestUpdate(context_.get(), data, size_bytes) != 1)
        throw std::runtime_error{"OpenSSL cannot continue a hash"};
}

std::string hasher::finish_hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1)
        throw std::runtime_error{"OpenSSL cannot finish a hash"};
    return to_hex(std::span{bytes.data(), size});
}

std::string sha256_hex(std::string_view data) {
    return to_hex(sha256(data));
}

sha256_bytes sha256(std::string_view data) {
    sha256_bytes out{};
    if (EVP_Digest(data.data(), data.size(), out.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error{"OpenSSL cannot compute a hash"};
    return out;
}

sha256_bytes hmac_sha256(std::string_view key, std::string_view data) {
    sha256_bytes out{};
    unsigned int size = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(data.data()), data.size(), out.data(), &size))
        throw std::runtime_error{"OpenSSL cannot compute an HMAC"};
    return out;
}

std::string to_hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
    return out;
}

}  // namespace berth
