#pragma once

#include "async/asio.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <list>

namespace berth::async {

/// Runs child coroutines side by side, at most `limit` at once, on the executor of the coroutine that uses it.
/// The first exception of a child is kept and thrown by the next start() or join(). Not thread-safe: all calls come
/// from one executor.
///
/// A parent that is cancelled while it waits cancels its children, and goes on waiting until they have ended.
///
/// Lifetime: the user awaits join() or settle() before the group goes out of scope, also after an error. In a coroutine
/// that may have been cancelled, `co_await asio::this_coro::throw_if_cancelled(false)` has to come first.
class bounded_group {
public:
    bounded_group(asio::any_io_executor executor, std::size_t limit);
    ~bounded_group();
    bounded_group(const bounded_group&) = delete;
    bounded_group& operator=(const bounded_group&) = delete;

    /// Waits for a free place, then starts `child`. Throws what an earlier child threw (and starts nothing then).
    awaitable<void> start(awaitable<void> child);
    /// Waits until all children have ended; throws the first exception among them.
    awaitable<void> join();
    /// Waits until all children have ended; drops their exceptions.
    awaitable<void> settle();

    std::size_t running() const { return children_.size(); }

private:
    awaitable<void> wait_until_at_most(std::size_t children);

    asio::any_io_executor executor_;
    std::size_t limit_;
    std::list<asio::cancellation_signal> children_;
    std::exception_ptr failure_;
    asio::steady_timer changed_;  // never expires; cancelled to wake the waiter
};

}  // namespace berth::async
