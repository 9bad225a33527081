#include "async/bounded_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/error.hpp>

#include <cassert>

namespace berth::async {

bounded_group::bounded_group(asio::any_io_executor executor, std::size_t limit)
    : executor_{executor}, limit_{limit}, changed_{executor, asio::steady_timer::time_point::max()} {}

bounded_group::~bounded_group() {
    assert(children_.empty() && "wait_for_all() before the group ends");
}

awaitable<void> bounded_group::wait_until_at_most(std::size_t children) {
    const auto parent = co_await asio::this_coro::cancellation_state;
    for (;;) {
        cancelled_ = parent.cancelled() != asio::cancellation_type::none;
        if (children_.size() <= children) co_return;
        if (cancelled_) cancel();
        changed_.expires_at(asio::steady_timer::time_point::max());
        co_await changed_.async_wait(as_tuple);
    }
}

void bounded_group::start(awaitable<void> child) {
    const auto at = children_.emplace(children_.end());
    const auto done = [this, at](std::exception_ptr failure) {
        if (failure && !failure_) failure_ = failure;
        children_.erase(at);
        changed_.cancel();
    };
    asio::co_spawn(executor_, std::move(child), asio::bind_cancellation_slot(at->slot(), done));
}

void bounded_group::cancel() {
    for (auto& child : children_) child.emit(asio::cancellation_type::terminal);
}

void bounded_group::throw_if_failed() const {
    if (failure_) std::rethrow_exception(failure_);
    if (cancelled_) throw boost::system::system_error{asio::error::operation_aborted};
}

}  // namespace berth::async
