#pragma once

#include "async/asio.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <list>
#include <memory>
#include <mutex>

namespace berth::async {

/// Owns spawned coroutines that outlive the one who spawns them (sessions, background loops): they can be cancelled
/// together and waited for. An exception that leaves a task is logged and ends that task only. Thread-safe.
///
/// Lifetime: must outlive its tasks. Whoever destroys it calls cancel() and awaits wait() first.
class task_group {
public:
    /// Starts `task` on `executor`. After cancel() nothing is started any more.
    void spawn(asio::any_io_executor executor, awaitable<void> task);

    /// Asks every task to end: its pending operation completes with operation_aborted.
    void cancel();

    std::size_t size() const;

    /// True when all tasks have ended within `timeout`.
    awaitable<bool> wait(std::chrono::steady_clock::duration timeout);

private:
    struct entry {
        asio::any_io_executor executor;
        asio::cancellation_signal signal;
        bool cancelled = false;  // on the executor only, as the signal
    };

    mutable std::mutex mutex_;
    std::list<std::shared_ptr<entry>> entries_;  // guarded by mutex_
    bool cancelled_ = false;                     // guarded by mutex_
};

}  // namespace berth::async
