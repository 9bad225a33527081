#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

namespace berth::s3 {

/// How reads from one bucket are cut and how many run side by side: `storage.s3.read*` of the config.
struct read_options {
    std::size_t concurrency = 48;               ///< Ranges of one object that are asked for at once, at the most.
    std::size_t range_bytes = 2 * 1024 * 1024;  ///< Of one range, as long as nothing asks for larger ones.
};

/// What all reads from one bucket have learned of it: how many ranges at once it bears, how large they should be, how
/// long an answer takes. Decides, and does no I/O. Thread-safe; the time is an argument.
///
/// Ranges at once follow AIMD: one more for each round of answers, half when S3 says "slow down". Then the rate of
/// requests is the limit, so ranges double at the same time, up to eight times their size, and shrink again in peace.
class read_pace {
public:
    using clock = std::chrono::steady_clock;
    using duration = clock::duration;

    explicit read_pace(read_options options);

    std::size_t concurrency() const;
    std::size_t range_bytes() const;

    /// S3 wants fewer requests.
    void throttled(clock::time_point now);
    /// A range has arrived: so long after the request its first byte, so long its last one.
    void arrived(clock::time_point now, duration first_byte, duration whole);

    /// After how long without a first byte the same range should be asked for on another connection; duration::max()
    /// while nothing is known yet.
    duration hedge_after() const;
    /// Whether one more such request is allowed. They are rare: one in twenty requests.
    bool may_hedge();

    /// How long a range may take before its rest is asked for on another connection, which is faster when it was the
    /// line, or the server behind it, that was slow. `attempt` counts from 0 and doubles the patience.
    duration patience(unsigned attempt) const;

private:
    const read_options options_;
    mutable std::mutex mutex_;
    double concurrency_;      // guarded by mutex_, as all below
    std::size_t growth_ = 0;  // ranges are 2^growth_ times their size
    clock::time_point last_throttled_{};
    clock::time_point last_shrunk_{};
    std::size_t seen_ = 0;
    duration first_byte_{};  // moving averages
    duration whole_{};
    double hedges_ = 1;  // that are allowed
};

}  // namespace berth::s3
