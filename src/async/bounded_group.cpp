#include "async/bounded_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include <cassert>
#include <utility>

namespace berth::async {

bounded_group::bounded_group(asio::any_io_executor executor, std::size_t limit)
    : executor_{executor}, limit_{limit}, changed_{executor, asio::steady_timer::time_point::max()} {}

bounded_group::~bounded_group() {
    assert(children_.empty() && "join() before the group ends");
}

awaitable<void> bounded_group::wait_until_at_most(std::size_t children) {
    if (children_.size() <= children) co_return;
    // The children point to this object, so the wait itself must not be thrown out of.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto parent = co_await asio::this_coro::cancellation_state;
    while (children_.size() > children) {
        if (parent.cancelled() != asio::cancellation_type::none)
            for (auto& child : children_) child.emit(asio::cancellation_type::terminal);
        changed_.expires_at(asio::steady_timer::time_point::max());
        co_await changed_.async_wait(as_tuple);
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
}

awaitable<void> bounded_group::start(awaitable<void> child) {
    co_await wait_until_at_most(limit_ - 1);
    if (failure_) std::rethrow_exception(failure_);
    const auto at = children_.emplace(children_.end());
    const auto done = [this, at](std::exception_ptr failure) {
        if (failure && !failure_) failure_ = failure;
        children_.erase(at);
        changed_.cancel();
    };
    asio::co_spawn(executor_, std::move(child), asio::bind_cancellation_slot(at->slot(), done));
}

awaitable<void> bounded_group::join() {
    co_await wait_until_at_most(0);
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

awaitable<void> bounded_group::settle() {
    co_await wait_until_at_most(0);
    failure_ = nullptr;
}

}  // namespace berth::async
