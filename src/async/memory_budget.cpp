#include "async/memory_budget.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace berth::async {

void memory_budget::claim::release() {
    if (from_) std::exchange(from_, nullptr)->give_back(bytes_);
}

memory_budget::member::member(memory_budget& of) : of_{of} {
    const std::lock_guard lock{of_.mutex_};
    ++of_.members_;
}

memory_budget::member::~member() {
    const std::lock_guard lock{of_.mutex_};
    --of_.members_;
}

std::size_t memory_budget::member::fair_share() const {
    const std::lock_guard lock{of_.mutex_};
    return of_.limit_ / (of_.members_ + 1);
}

awaitable<memory_budget::claim> memory_budget::acquire(std::size_t bytes) {
    if (auto at_once = try_acquire(bytes)) co_return std::move(*at_once);

    const auto me = std::make_shared<waiter>(co_await asio::this_coro::executor, bytes);
    std::list<std::shared_ptr<waiter>>::iterator place;
    {
        const std::lock_guard lock{mutex_};
        place = waiters_.insert(waiters_.end(), me);
        grant_in_turn();  // what was claimed a moment ago may be free by now
    }
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    std::optional<claim> granted;
    while (!granted && cancellation.cancelled() == asio::cancellation_type::none) {
        co_await me->turn.async_wait(as_tuple);
        const std::lock_guard lock{mutex_};
        if (me->granted) granted.emplace(claim{*this, bytes});
    }
    if (!granted) {
        const std::lock_guard lock{mutex_};
        if (me->granted) {
            granted.emplace(claim{*this, bytes});
        } else {
            waiters_.erase(place);
            grant_in_turn();  // the one behind may want less
        }
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (!granted) throw boost::system::system_error{asio::error::operation_aborted};
    co_return std::move(*granted);
}

std::optional<memory_budget::claim> memory_budget::try_acquire(std::size_t bytes) {
    const std::lock_guard lock{mutex_};
    if (!waiters_.empty() || !fits(bytes)) return std::nullopt;
    take(bytes);
    return claim{*this, bytes};
}

std::size_t memory_budget::used_bytes() const {
    const std::lock_guard lock{mutex_};
    return used_;
}

std::size_t memory_budget::peak_bytes() const {
    const std::lock_guard lock{mutex_};
    return peak_;
}

void memory_budget::take(std::size_t bytes) {
    used_ += bytes;
    peak_ = std::max(peak_, used_);
}

void memory_budget::give_back(std::size_t bytes) {
    const std::lock_guard lock{mutex_};
    used_ -= bytes;
    grant_in_turn();
}

void memory_budget::grant_in_turn() {
    while (!waiters_.empty() && fits(waiters_.front()->bytes)) {
        const auto next = waiters_.front();
        waiters_.pop_front();
        take(next->bytes);
        next->granted = true;
        asio::post(next->turn.get_executor(), [next] { next->turn.cancel(); });
    }
}

}  // namespace berth::async
