#pragma once

#include "async/asio.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include <exception>
#include <utility>

namespace berth::async {

/// Awaits `work` to its end even when the caller is cancelled meanwhile: `work` does not notice. For what tidies up. A
/// caller that may have been cancelled before turns off throw_if_cancelled first. Throws what `work` throws.
inline awaitable<void> shielded(awaitable<void> work) {
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto executor = co_await asio::this_coro::executor;
    auto [failure] = co_await asio::co_spawn(executor, std::move(work),
                                             asio::bind_cancellation_slot(asio::cancellation_slot{}, as_tuple));
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (failure) std::rethrow_exception(failure);
}

}  // namespace berth::async
