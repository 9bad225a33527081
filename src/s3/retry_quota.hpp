#pragma once

#include <atomic>

namespace berth::s3 {

/// How many repetitions all requests to one store may spend together, so that an outage is not answered with a multiple
/// of the usual load: AWS's "standard" mode of retries. Tokens are spent by repetitions, and come back with success: so
/// a store that fails now and then costs nothing, and one that is away is soon asked once per request. Thread-safe.
class retry_quota {
public:
    static constexpr unsigned cost_of_error = 5;
    static constexpr unsigned cost_of_time_out = 10;  ///< A time-out has held a connection for long.

    explicit retry_quota(unsigned capacity) : capacity_{capacity}, left_{capacity} {}

    /// False, and nothing is taken, when fewer are left.
    bool take(unsigned tokens);
    /// After a success: what its repetitions had taken, at least one.
    void succeeded(unsigned taken);

    unsigned left() const { return left_.load(std::memory_order_relaxed); }

private:
    const unsigned capacity_;
    std::atomic<unsigned> left_;
};

}  // namespace berth::s3
