#pragma once

#include "base/counter.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace berth {

/// How long something took, each time since the start, in fixed buckets: for metrics. Thread-safe; who reads while
/// somebody adds may see one of the two numbers of that time.
///
/// `upper_bounds`: each bucket's longest time, growing; what took longer counts in the last bucket, which has none.
template <const auto& upper_bounds>
class histogram_of_times {
public:
    using duration = std::chrono::steady_clock::duration;

    static constexpr const auto& bounds = upper_bounds;
    static constexpr std::size_t buckets = bounds.size() + 1;

    void add(duration took) {
        const auto bucket = std::ranges::lower_bound(bounds, took) - bounds.begin();
        counts_[static_cast<std::size_t>(bucket)].add();
        total_ns_.add(static_cast<std::uint64_t>(std::chrono::nanoseconds{took}.count()));
    }

    std::uint64_t in_bucket(std::size_t bucket) const { return counts_[bucket].value(); }
    std::chrono::nanoseconds total() const {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(total_ns_.value())};
    }
    /// Of all buckets.
    std::uint64_t count() const {
        std::uint64_t sum = 0;
        for (const counter& bucket : counts_) sum += bucket.value();
        return sum;
    }

private:
    std::array<counter, buckets> counts_;
    counter total_ns_;
};

inline constexpr std::array<std::chrono::microseconds, 15> usual_time_bounds{
    std::chrono::microseconds{100},  std::chrono::microseconds{250},  std::chrono::microseconds{500},
    std::chrono::milliseconds{1},    std::chrono::microseconds{2500}, std::chrono::milliseconds{5},
    std::chrono::milliseconds{10},   std::chrono::milliseconds{25},   std::chrono::milliseconds{50},
    std::chrono::milliseconds{100},  std::chrono::milliseconds{250},  std::chrono::milliseconds{500},
    std::chrono::milliseconds{1000}, std::chrono::milliseconds{2500}, std::chrono::milliseconds{10000}};

using time_histogram = histogram_of_times<usual_time_bounds>;

}  // namespace berth
