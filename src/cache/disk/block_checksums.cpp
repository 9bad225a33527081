#include "cache/disk/block_checksums.hpp"

#include <xxhash.h>

namespace berth::cache {

namespace {

constexpr std::size_t number_bytes = 8;

}  // namespace

std::uint64_t checksum_of(const char* data, std::size_t size_bytes) {
    return XXH3_64bits(data, size_bytes);
}

std::string pack(const std::vector<std::uint64_t>& checksums) {
    std::string bytes;
    bytes.reserve(checksums.size() * number_bytes);
    for (const std::uint64_t checksum : checksums)
        for (std::size_t i = 0; i < number_bytes; ++i) bytes += static_cast<char>(checksum >> (8 * i) & 0xff);
    return bytes;
}

std::vector<std::uint64_t> unpack(const std::string& bytes) {
    std::vector<std::uint64_t> checksums(bytes.size() / number_bytes);
    for (std::size_t i = 0; i < checksums.size() * number_bytes; ++i)
        checksums[i / number_bytes] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * (i % number_bytes));
    return checksums;
}

}  // namespace berth::cache
