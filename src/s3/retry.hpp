#pragma once

#include <chrono>
#include <optional>

namespace berth::s3 {

using duration = std::chrono::steady_clock::duration;

/// In [0, 1).
double random_fraction();

/// How often a request is tried.
struct retry_policy {
    unsigned attempts = 5;
    duration deadline = std::chrono::seconds{15};      ///< No attempt begins later than this after the first one began.
    duration idle_timeout = std::chrono::seconds{10};  ///< The most that may pass without one byte going either way.
};

/// Reads and small writes: a client is waiting for the answer.
inline constexpr retry_policy small_requests{};
/// Parts of an upload: long transfers, and the client is still sending.
inline constexpr retry_policy part_transfers{3, std::chrono::seconds{60}, std::chrono::seconds{30}};
/// What the server works on for long without a byte: copies, the completion of an upload.
inline constexpr retry_policy server_side_work{5, std::chrono::seconds{15}, std::chrono::seconds{120}};
/// What must not be sent twice: the first may take effect after the second was answered.
inline constexpr retry_policy sent_once{1, std::chrono::seconds{20}, std::chrono::seconds{10}};
/// A question that must be answered at once or not at all.
inline constexpr retry_policy one_try{1, std::chrono::seconds{5}, std::chrono::seconds{5}};

/// Pauses between attempts: the n-th is random between 0 and base * 2^(n-1), at most cap ("full jitter":
/// clients that failed together do not come back together).
struct backoff {
    duration base = std::chrono::milliseconds{50};
    duration cap = std::chrono::seconds{5};

    /// `random` is in [0, 1); `failed_attempts` counts from 1.
    duration pause(unsigned failed_attempts, double random) const;
};

/// The attempts of one request.
class retry_schedule {
public:
    using time_point = std::chrono::steady_clock::time_point;

    retry_schedule(retry_policy policy, backoff timing, time_point start)
        : policy_{policy}, timing_{timing}, start_{start} {}

    /// After a failed attempt: how long to wait before the next one, or nothing when there is none.
    /// `at_least` is what the server asked for with Retry-After; more than the cap of the backoff is not
    /// waited.
    std::optional<duration> next(time_point now, double random, duration at_least = {});

private:
    retry_policy policy_;
    backoff timing_;
    time_point start_;
    unsigned attempts_ = 1;
};

}  // namespace berth::s3
