#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// How bytes are cut into parts. Pure.
///
/// S3's limits: 10,000 parts, each 5 MiB to 5 GiB, the last one smaller if need be.
namespace berth::s3 {

inline constexpr unsigned max_parts = 10'000;
inline constexpr std::size_t mebibyte = 1024 * 1024;

/// The size of part `number` (from 1) of an upload: `chunk_bytes`, doubled every 1,000 parts up to 32 MiB (or
/// to chunk_bytes, where that is more). With chunks of 5 MiB a layer may have about 252 GiB, with 10 MiB 292
/// GiB, before the 10,000 parts are used up.
std::size_t part_size(unsigned number, std::size_t chunk_bytes);

/// What one upload's buffers hold at the most, unless a single part is larger.
inline constexpr std::size_t upload_memory_bytes = 32 * mebibyte;

/// How many buffers of that size an upload may have, 1 to 4: one to fill, the others on their way.
std::size_t buffer_count(std::size_t part_bytes);

/// The bytes [first, last] of an object, as "bytes=first-last" says it.
struct copy_range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// How to copy an object of `size_bytes` > 0 in parts of `chunk_bytes`, or larger ones where 10,000 would not
/// do.
std::vector<copy_range> copy_ranges(std::uint64_t size_bytes, std::uint64_t chunk_bytes);

}  // namespace berth::s3
