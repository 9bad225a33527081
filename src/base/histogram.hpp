#pragma once

#include "base/counter.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <type_traits>

namespace berth {

/// How long something took, or how large it was, each time since the start, in fixed buckets: for metrics. Thread-safe;
/// who reads while somebody adds may see one of the two numbers of that time.
///
/// `Quantity`: nanoseconds, or bytes as a plain number. `upper_bounds`: each bucket's largest quantity, growing; what
/// is beyond them counts in the last bucket, which has none.
template <class Quantity, const auto& upper_bounds>
class histogram {
public:
    static constexpr const auto& bounds = upper_bounds;
    static constexpr std::size_t buckets = bounds.size() + 1;

    void add(Quantity quantity) {
        const auto bucket = std::ranges::lower_bound(bounds, quantity) - bounds.begin();
        counts_[static_cast<std::size_t>(bucket)].add();
        if constexpr (std::is_arithmetic_v<Quantity>)
            total_.add(quantity);
        else
            total_.add(static_cast<std::uint64_t>(quantity.count()));
    }

    std::uint64_t in_bucket(std::size_t bucket) const { return counts_[bucket].value(); }
    Quantity total() const { return static_cast<Quantity>(total_.value()); }
    /// Of all buckets.
    std::uint64_t count() const {
        std::uint64_t sum = 0;
        for (const counter& bucket : counts_) sum += bucket.value();
        return sum;
    }

private:
    std::array<counter, buckets> counts_;
    counter total_;
};

template <const auto& upper_bounds>
using histogram_of_times = histogram<std::chrono::nanoseconds, upper_bounds>;

inline constexpr std::array<std::chrono::microseconds, 15> usual_time_bounds{
    std::chrono::microseconds{100},  std::chrono::microseconds{250},  std::chrono::microseconds{500},
    std::chrono::milliseconds{1},    std::chrono::microseconds{2500}, std::chrono::milliseconds{5},
    std::chrono::milliseconds{10},   std::chrono::milliseconds{25},   std::chrono::milliseconds{50},
    std::chrono::milliseconds{100},  std::chrono::milliseconds{250},  std::chrono::milliseconds{500},
    std::chrono::milliseconds{1000}, std::chrono::milliseconds{2500}, std::chrono::milliseconds{10000}};

using time_histogram = histogram_of_times<usual_time_bounds>;

/// They double from 1 KiB to 2 GiB.
inline constexpr std::array<std::uint64_t, 22> usual_size_bounds = [] {
    std::array<std::uint64_t, 22> doubling{};
    for (std::size_t i = 0; i < doubling.size(); ++i) doubling[i] = std::uint64_t{1024} << i;
    return doubling;
}();

using size_histogram = histogram<std::uint64_t, usual_size_bounds>;

}  // namespace berth
