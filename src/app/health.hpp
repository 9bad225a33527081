#pragma once

#include "storage/driver.hpp"

#include <atomic>
#include <chrono>

namespace berth::app {

/// Asks the store now and then whether it works, and says what it found in one line when that changes. After
/// `threshold` failures in a row the store counts as away until one question succeeds. Thread-safe.
///
/// Lifetime: the driver outlives it; run() ends before it does.
class health {
public:
    struct options {
        bool enabled = false;  ///< Off: one question at the start, so that the log says what is wrong; never unhealthy.
        std::chrono::steady_clock::duration interval = std::chrono::seconds{10};
        int threshold = 1;  ///< 0 means 1.
    };

    health(storage::driver& driver, options options) : driver_{driver}, options_{options} {}

    bool is_healthy() const { return healthy_; }

    /// Runs until cancelled.
    awaitable<void> run();

private:
    awaitable<void> ask();

    storage::driver& driver_;
    const options options_;
    std::atomic<bool> healthy_{true};
    int failures_ = 0;     // in a row; touched by run() only
    std::string problem_;  // the last line that was logged; empty while all is well
};

}  // namespace berth::app
