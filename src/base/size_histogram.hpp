#pragma once

#include "base/counter.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace berth {

/// How large something was, each time since the start, in buckets that double from 1 KiB to 2 GiB: for metrics.
/// Thread-safe; who reads while somebody adds may see one of the two numbers of that time.
class size_histogram {
public:
    /// Each bucket's largest size in bytes; what is larger counts in one bucket more.
    static constexpr auto bounds = [] {
        std::array<std::uint64_t, 22> doubling{};
        for (std::size_t i = 0; i < doubling.size(); ++i) doubling[i] = std::uint64_t{1024} << i;
        return doubling;
    }();
    static constexpr std::size_t buckets = bounds.size() + 1;

    void add(std::uint64_t bytes) {
        const auto bucket = std::ranges::lower_bound(bounds, bytes) - bounds.begin();
        counts_[static_cast<std::size_t>(bucket)].add();
        total_.add(bytes);
    }

    std::uint64_t in_bucket(std::size_t bucket) const { return counts_[bucket].value(); }
    std::uint64_t total_bytes() const { return total_.value(); }

private:
    std::array<counter, buckets> counts_;
    counter total_;
};

}  // namespace berth
