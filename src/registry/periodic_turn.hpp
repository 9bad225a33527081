#pragma once

#include "storage/driver.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace berth::registry {

/// What one of the nodes over a store does for all of them, once in each interval. A file there tells the others when
/// that was. It saves work and keeps nobody out: two may have their turn at once.
///
/// Lifetime: the driver outlives it.
class periodic_turn {
public:
    periodic_turn(storage::driver& driver, storage::path file, std::chrono::nanoseconds interval)
        : driver_{driver}, file_{std::move(file)}, interval_{interval} {}

    struct outcome {
        std::optional<wall_time> taken{};  ///< By the store's clock. Nothing: another node had it lately.
        std::chrono::nanoseconds until_next{};
    };
    /// Throws storage::error.
    awaitable<outcome> try_to_take();

    /// Calls `look` after a random part of the interval that is an hour at most (never at once: many programs run for
    /// less than a minute), and then whenever as much time has passed as it returns; until cancelled.
    awaitable<void> run(std::function<awaitable<std::chrono::nanoseconds>()> look);

private:
    std::chrono::nanoseconds random_delay() const;

    storage::driver& driver_;
    const storage::path file_;
    const std::chrono::nanoseconds interval_;
};

}  // namespace berth::registry
