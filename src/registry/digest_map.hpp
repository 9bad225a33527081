#pragma once

#include "oci/digest.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <charconv>
#include <cstdint>

namespace berth::registry {

/// Values by digest: a table of 32 bytes and the value for each, with some room, so that millions fit into memory. Of a
/// sha512 its first 32 bytes stand for the whole. Not thread-safe.
template <class T>
class digest_map {
public:
    void put(const oci::digest& digest, T value) { values_.insert_or_assign(key_of(digest), std::move(value)); }
    /// Null where there is none; until the next put().
    const T* find(const oci::digest& digest) const {
        const auto at = values_.find(key_of(digest));
        return at == values_.end() ? nullptr : &at->second;
    }
    std::size_t size() const { return values_.size(); }

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

    boost::unordered_flat_map<key, T, hash> values_;
};

/// Digests, some 40 bytes each.
class digest_set {
public:
    void insert(const oci::digest& digest) { all_.put(digest, {}); }
    bool contains(const oci::digest& digest) const { return all_.find(digest) != nullptr; }
    std::size_t size() const { return all_.size(); }

private:
    struct nothing {};
    digest_map<nothing> all_;
};

}  // namespace berth::registry
