// EVP, which is what OpenSSL has in its place, keeps a hash's state to itself.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <charconv>
#include <stdexcept>
#include <variant>

namespace berth {

namespace {

// What differs between the functions of the SHA-2 family (FIPS 180-4) as OpenSSL has them.
struct sha256_steps {
    using context = SHA256_CTX;
    using word = std::uint32_t;
    static constexpr std::size_t block_bytes = SHA256_CBLOCK;
    static constexpr std::size_t digest_bytes = SHA256_DIGEST_LENGTH;
    static constexpr auto init = SHA256_Init;
    static constexpr auto finish = SHA256_Final;
    static unsigned char* block(context& of) { return reinterpret_cast<unsigned char*>(of.data); }
};

struct sha512_steps {
    using context = SHA512_CTX;
    using word = std::uint64_t;
    static constexpr std::size_t block_bytes = SHA512_CBLOCK;
    static constexpr std::size_t digest_bytes = SHA512_DIGEST_LENGTH;
    static constexpr auto init = SHA512_Init;
    static constexpr auto finish = SHA512_Final;
    static unsigned char* block(context& of) { return of.u.p; }
};

constexpr std::size_t chaining_words = 8;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 60;  // their number of bits is a word's

template <class Steps>
std::string to_text(typename Steps::context of, std::uint64_t size_bytes) {
    std::string chaining;
    for (const auto word : of.h)
        for (std::size_t shift = sizeof(typename Steps::word) * 8; shift != 0; shift -= 8)
            chaining.push_back(static_cast<char>(word >> (shift - 8)));
    const auto hex = [](const void* bytes, std::size_t size) {
        return to_hex(std::span{static_cast<const unsigned char*>(bytes), size});
    };
    return std::to_string(size_bytes) + '.' + hex(chaining.data(), chaining.size()) + '.' +
           hex(Steps::block(of), of.num);
}

template <class Steps>
std::optional<typename Steps::context> from_parts(std::uint64_t size_bytes, std::string_view chaining,
                                                  std::string_view pending) {
    constexpr std::size_t word_bytes = sizeof(typename Steps::word);
    if (chaining.size() != chaining_words * word_bytes || pending.size() != size_bytes % Steps::block_bytes)
        return std::nullopt;
    typename Steps::context read;
    Steps::init(&read);
    for (std::size_t i = 0; i < chaining_words; ++i) {
        read.h[i] = 0;
        for (const char byte : chaining.substr(i * word_bytes, word_bytes))
            read.h[i] = read.h[i] << 8 | static_cast<unsigned char>(byte);
    }
    const std::uint64_t bits = size_bytes * 8;
    read.Nl = static_cast<decltype(read.Nl)>(bits);
    read.Nh = sizeof(read.Nl) == sizeof(bits) ? 0 : static_cast<decltype(read.Nh)>(bits >> 32);
    pending.copy(reinterpret_cast<char*>(Steps::block(read)), pending.size());
    read.num = static_cast<unsigned>(pending.size());
    return read;
}

template <class Steps>
std::string finish(typename Steps::context& of) {
    std::array<unsigned char, Steps::digest_bytes> bytes{};
    Steps::finish(bytes.data(), &of);
    return to_hex(bytes);
}

int value_of_hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

struct hasher::context {
    std::variant<SHA256_CTX, SHA512_CTX> of;
    std::uint64_t size_bytes = 0;
};

hasher::hasher(hash_function function) : context_{std::make_unique<context>()} {
    if (function == hash_function::sha512) {
        SHA512_Init(&context_->of.emplace<SHA512_CTX>());
    } else {
        SHA256_Init(&context_->of.emplace<SHA256_CTX>());
    }
}

hasher::~hasher() = default;
hasher::hasher(hasher&&) noexcept = default;
hasher& hasher::operator=(hasher&&) noexcept = default;

void hasher::update(const void* data, std::size_t size_bytes) {
    context_->size_bytes += size_bytes;
    if (auto* of = std::get_if<SHA256_CTX>(&context_->of)) {
        SHA256_Update(of, data, size_bytes);
    } else {
        SHA512_Update(&std::get<SHA512_CTX>(context_->of), data, size_bytes);
    }
}

std::uint64_t hasher::size_bytes() const {
    return context_->size_bytes;
}

std::string hasher::state() const {
    if (const auto* of = std::get_if<SHA256_CTX>(&context_->of))
        return to_text<sha256_steps>(*of, context_->size_bytes);
    return to_text<sha512_steps>(std::get<SHA512_CTX>(context_->of), context_->size_bytes);
}

std::optional<hasher> hasher::resume(hash_function function, std::string_view state) {
    std::uint64_t size_bytes = 0;
    const auto [end, failure] = std::from_chars(state.data(), state.data() + state.size(), size_bytes);
    state.remove_prefix(static_cast<std::size_t>(end - state.data()));
    if (failure != std::errc{} || size_bytes >= most_bytes || !state.starts_with('.')) return std::nullopt;
    const auto dot = state.find('.', 1);
    if (dot == std::string_view::npos) return std::nullopt;
    const auto chaining = from_hex(state.substr(1, dot - 1)), pending = from_hex(state.substr(dot + 1));
    if (!chaining || !pending) return std::nullopt;

    hasher resumed{function};
    resumed.context_->size_bytes = size_bytes;
    const auto take = [&](auto read) {
        if (read) resumed.context_->of = *read;
        return read.has_value();
    };
    const bool is_right = function == hash_function::sha512
                              ? take(from_parts<sha512_steps>(size_bytes, *chaining, *pending))
                              : take(from_parts<sha256_steps>(size_bytes, *chaining, *pending));
    if (!is_right) return std::nullopt;
    return resumed;
}

std::string hasher::finish_hex() {
    if (auto* of = std::get_if<SHA256_CTX>(&context_->of)) return finish<sha256_steps>(*of);
    return finish<sha512_steps>(std::get<SHA512_CTX>(context_->of));
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

std::optional<std::string> from_hex(std::string_view hex) {
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = value_of_hex_digit(hex[i]), low = value_of_hex_digit(hex[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(high << 4 | low));
    }
    return bytes;
}

}  // namespace berth
