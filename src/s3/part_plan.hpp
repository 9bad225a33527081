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

/// The sizes of an upload's parts. They are the same for all parts of an ordinary layer: some servers insist on that.
/// A layer that is larger than 1,000 of them gets larger ones.
struct part_plan {
    std::size_t first_bytes = 10 * mebibyte;
    std::size_t most_bytes = 32 * mebibyte;

    /// Of part `number`, from 1: first_bytes, doubled every 1,000 parts up to most_bytes (or to first_bytes, where
    /// that is more). From 8 MiB to 32 MiB that makes 273 GiB before the 10,000 parts are used up.
    std::size_t size_of(unsigned number) const;
};

/// For uploads that share `memory_bytes`: a sixteenth of it for a part, so that one upload alone has some on their way
/// while the next one fills, and twelve slow clients still have one each in the three quarters that uploads may have.
/// At least `chunk_bytes`, what the operator wants, as long as that is at most a quarter of the memory; and S3's own
/// limits.
part_plan plan_parts(std::size_t chunk_bytes, std::size_t memory_bytes);

/// The bytes [first, last] of an object, as "bytes=first-last" says it.
struct copy_range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// How to copy an object of `size_bytes` > 0 in parts of `chunk_bytes`, or larger ones where 10,000 would not
/// do.
std::vector<copy_range> copy_ranges(std::uint64_t size_bytes, std::uint64_t chunk_bytes);

}  // namespace berth::s3
