#include "s3/retry_quota.hpp"

#include <algorithm>

namespace berth::s3 {

bool retry_quota::take(unsigned tokens) {
    unsigned left = left_.load(std::memory_order_relaxed);
    do {
        if (left < tokens) return false;
    } while (!left_.compare_exchange_weak(left, left - tokens, std::memory_order_relaxed));
    return true;
}

void retry_quota::succeeded(unsigned taken) {
    const unsigned tokens = std::max(taken, 1u);
    unsigned left = left_.load(std::memory_order_relaxed);
    // The usual case is full, and then nothing is written.
    while (left < capacity_ &&
           !left_.compare_exchange_weak(left, std::min(left + tokens, capacity_), std::memory_order_relaxed)) {
    }
}

}  // namespace berth::s3
