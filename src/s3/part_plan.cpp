#include "s3/part_plan.hpp"

#include <algorithm>

namespace berth::s3 {

std::size_t part_size(unsigned number, std::size_t chunk_bytes) {
    const std::size_t cap = std::max(chunk_bytes, 32 * mebibyte);
    const unsigned doublings = std::min((number - 1) / 1000, 10u);
    return std::min(chunk_bytes << doublings, cap);
}

std::size_t buffer_count(std::size_t part_bytes) {
    return std::clamp<std::size_t>(upload_memory_bytes / part_bytes, 1, 4);
}

std::vector<copy_range> copy_ranges(std::uint64_t size_bytes, std::uint64_t chunk_bytes) {
    const std::uint64_t least = (size_bytes + max_parts - 1) / max_parts;
    const std::uint64_t step = std::max(chunk_bytes, least);
    std::vector<copy_range> ranges;
    ranges.reserve((size_bytes + step - 1) / step);
    for (std::uint64_t first = 0; first < size_bytes; first += step)
        ranges.push_back({first, std::min(first + step, size_bytes) - 1});
    return ranges;
}

}  // namespace berth::s3
