#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace berth::cache {

/// What is checked of a cached file before its bytes go out: a block at a time.
inline constexpr std::size_t block_bytes = 1024 * 1024;

/// XXH3 of one block: finds what disks and half-written files do to bytes. Against somebody who may write to the
/// cache's folder nothing helps.
std::uint64_t checksum_of(const char* data, std::size_t size_bytes);

/// As the index keeps them.
std::string pack(const std::vector<std::uint64_t>& checksums);
std::vector<std::uint64_t> unpack(const std::string& bytes);

}  // namespace berth::cache
