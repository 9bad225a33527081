#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth {

/// The hash functions that a digest may name.
enum class hash_function { sha256, sha512 };

/// A running hash, which another process may go on with. Not thread-safe; movable.
class hasher {
public:
    explicit hasher(hash_function function);
    /// Goes on where another one gave its state(). Nothing for a text that is no such state of that function.
    static std::optional<hasher> resume(hash_function function, std::string_view state);
    ~hasher();
    hasher(hasher&&) noexcept;
    hasher& operator=(hasher&&) noexcept;

    void update(const void* data, std::size_t size_bytes);
    void update(std::string_view data) { update(data.data(), data.size()); }

    std::uint64_t size_bytes() const;

    /// What makes it go on elsewhere: "<bytes so far>.<chaining value>.<the bytes of the block that is not full>", the
    /// last two in lower-case hex.
    std::string state() const;

    /// Lower-case hex of all bytes so far. Ends the hash: only the destructor may follow.
    std::string finish_hex();

private:
    struct context;
    std::unique_ptr<context> context_;
};

std::string sha256_hex(std::string_view data);

using sha256_bytes = std::array<unsigned char, 32>;
sha256_bytes sha256(std::string_view data);
sha256_bytes hmac_sha256(std::string_view key, std::string_view data);

/// Lower-case hex.
std::string to_hex(std::span<const unsigned char> bytes);
/// The other way round. Nothing for what is no pairs of lower-case hex digits.
std::optional<std::string> from_hex(std::string_view hex);

}  // namespace berth
