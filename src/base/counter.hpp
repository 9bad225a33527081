#pragma once

#include <atomic>
#include <cstdint>

namespace berth {

/// How often something has happened since the start, or how much of it: for metrics. Thread-safe; orders nothing.
class counter {
public:
    void add(std::uint64_t more = 1) { value_.fetch_add(more, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

}  // namespace berth
