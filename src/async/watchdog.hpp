#pragma once

#include "async/asio.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace berth::async {

/// A deadline that can be moved a million times a second: moving it is a store, not a timer operation. When it passes,
/// `on_expiry` runs on `executor`. Not thread-safe: all calls come from that executor.
///
/// Lifetime: what `on_expiry` refers to must live until stop() or the destructor.
class watchdog {
public:
    using clock = std::chrono::steady_clock;

    watchdog(asio::any_io_executor executor, std::function<void()> on_expiry);
    ~watchdog();
    watchdog(const watchdog&) = delete;
    watchdog& operator=(const watchdog&) = delete;

    void expires_after(clock::duration timeout);
    /// No deadline until the next expires_after.
    void pause();
    void stop();
    bool expired() const;

private:
    struct state;
    std::shared_ptr<state> state_;  // shared with the pending timer handler, which may run after the watchdog's end
};

}  // namespace berth::async
