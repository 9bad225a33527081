#include "s3/part_plan.hpp"

#include <algorithm>

namespace berth::s3 {

std::size_t part_plan::size_of(unsigned number) const {
    const unsigned doublings = std::min((number - 1) / 1000, 10u);
    return std::min(first_bytes << doublings, std::max(first_bytes, most_bytes));
}

part_plan plan_parts(std::size_t chunk_bytes, std::size_t memory_bytes) {
    constexpr std::size_t smallest = 5 * mebibyte;
    part_plan plan;
    const std::size_t good = std::clamp(memory_bytes / 16, smallest, plan.most_bytes);
    const std::size_t wanted = std::clamp(chunk_bytes, smallest, std::max(memory_bytes / 4, smallest));
    plan.first_bytes = std::max(good, wanted);
    return plan;
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
