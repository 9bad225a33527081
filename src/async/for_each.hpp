#pragma once

#include "async/bounded_group.hpp"

#include <cstddef>
#include <utility>

namespace berth::async {

/// Awaits `work(item)` for every item, at most `limit` of them side by side, on the caller's executor. Returns when all
/// have ended. After the first one that throws no more are started, and its exception is thrown once the others have
/// ended. A caller that is cancelled cancels them, and goes on when they have ended.
///
/// Lifetime: so the work may refer to all that the caller's frame holds. `work` is no coroutine itself: it calls one.
template <class Items, class Work>
awaitable<void> for_each(Items& items, std::size_t limit, Work work) {
    bounded_group group{co_await asio::this_coro::executor, limit};
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    for (auto& item : items) {
        co_await group.wait_for_place();
        if (!group.may_start()) break;
        group.start(work(item));
    }
    co_await group.wait_for_all();
    co_await asio::this_coro::throw_if_cancelled(throws);
    group.throw_if_failed();
}

/// The same for work that is there already: a container of awaitable<void>, which the caller keeps meanwhile.
template <class Works>
awaitable<void> await_all(Works& works, std::size_t limit = bounded_group::no_limit) {
    return for_each(works, limit, [](awaitable<void>& work) { return std::move(work); });
}

}  // namespace berth::async
