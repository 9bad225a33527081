#pragma once

#include "oci/digest.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <charconv>
#include <cstdint>

namespace berth::registry {

/// Digests, some 40 bytes each, however many: millions fit into memory. Of a sha512 its first 32 bytes stand for the
/// whole. Not thread-safe.
class digest_set {
public:
    void insert(const oci::digest& digest) { keys_.insert(key_of(digest)); }
    bool contains(const oci::digest& digest) const { return keys_.contains(key_of(digest)); }
    std::size_t size() const { return keys_.size(); }

private:
    using key = std::array<std::uint64_t, 4>;

    struct hash {
        using is_avalanching = void;
        std::size_t operator()(const key& digest) const { return digest[0]; }
    };

    static key key_of(const oci::digest& digest) {
        constexpr std::size_t digits = 16;  // of one number
        key numbers{};
        const char* at = digest.hex().data();
        for (std::uint64_t& number : numbers) {
            std::from_chars(at, at + digits, number, 16);
            at += digits;
        }
        return numbers;
    }

    boost::unordered_flat_set<key, hash> keys_;
};

}  // namespace berth::registry
