#pragma once

#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace berth {

/// The hash functions that a digest may name.
enum class hash_function { sha256, sha512 };

/// A running hash. Not thread-safe; movable. Throws std::runtime_error where OpenSSL refuses.
class hasher {
public:
    explicit hasher(hash_function function);
    ~hasher();
    hasher(hasher&&) noexcept;
    hasher& operator=(hasher&&) noexcept;

    void update(const void* data, std::size_t size_bytes);
    void update(std::string_view data) { update(data.data(), data.size()); }

    /// Lower-case hex of all bytes so far. Ends the hash: only the destructor may follow.
    std::string finish_hex();

private:
    struct free_context {
        void operator()(EVP_MD_CTX* context) const noexcept;
    };
    std::unique_ptr<EVP_MD_CTX, free_context> context_;
};

std::string sha256_hex(std::string_view data);

using sha256_bytes = std::array<unsigned char, 32>;
sha256_bytes sha256(std::string_view data);
sha256_bytes hmac_sha256(std::string_view key, std::string_view data);

/// Lower-case hex.
std::string to_hex(std::span<const unsigned char> bytes);

}  // namespace berth
