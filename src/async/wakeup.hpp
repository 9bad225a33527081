#pragma once

#include "async/asio.hpp"

#include <chrono>
#include <memory>

namespace berth::async {

/// Lets one coroutine sleep until another one, on whatever thread, says that something has changed. What has changed
/// is theirs to guard with a mutex; a wakeup that comes before the sleep ends it at once, and none is lost.
///
/// notify() is thread-safe; sleep() is called by one coroutine on the executor given here.
class wakeup {
public:
    using clock = std::chrono::steady_clock;

    explicit wakeup(const asio::any_io_executor& executor);
    ~wakeup();
    wakeup(const wakeup&) = delete;
    wakeup& operator=(const wakeup&) = delete;

    void notify();

    /// Until notify() is called or `deadline` passes: false for the latter. Throws operation_aborted when cancelled.
    awaitable<bool> sleep(clock::time_point deadline = clock::time_point::max());

private:
    struct state;
    std::shared_ptr<state> state_;  // shared with notifications on their way to the executor
};

}  // namespace berth::async
