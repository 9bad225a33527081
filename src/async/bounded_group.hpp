#pragma once

#include "async/asio.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <limits>
#include <list>

namespace berth::async {

/// What for_each.hpp stands on: child coroutines on the executor of the one that uses it, at most `limit` at once. Not
/// thread-safe: all calls come from one executor, and from a coroutine that has turned off throw_if_cancelled.
///
/// Lifetime: the user awaits wait_for_all() before the group goes out of scope.
class bounded_group {
public:
    static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

    bounded_group(asio::any_io_executor executor, std::size_t limit);
    ~bounded_group();
    bounded_group(const bounded_group&) = delete;
    bounded_group& operator=(const bounded_group&) = delete;

    /// Both pass a cancellation of the waiting coroutine on to the children, and go on waiting for them.
    awaitable<void> wait_for_place() { return wait_until_at_most(limit_ - 1); }
    awaitable<void> wait_for_all() { return wait_until_at_most(0); }

    /// False once a child has failed or the user was cancelled.
    bool may_start() const { return !failure_ && !cancelled_; }
    void start(awaitable<void> child);
    /// Asks the children to end.
    void cancel();

    /// Throws what the first child that failed threw; operation_aborted when the user was cancelled.
    void throw_if_failed() const;

private:
    awaitable<void> wait_until_at_most(std::size_t children);

    asio::any_io_executor executor_;
    std::size_t limit_;
    std::list<asio::cancellation_signal> children_;
    std::exception_ptr failure_;
    bool cancelled_ = false;
    asio::steady_timer changed_;  // never expires; cancelled to wake the waiter
};

}  // namespace berth::async
