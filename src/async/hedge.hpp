#pragma once

#include "async/wakeup.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace berth::async {

namespace detail {

template <class T>
struct race {
    explicit race(const asio::any_io_executor& executor) : changed{executor} {}
    std::optional<T> value;  // of the first one that had one
    std::exception_ptr failure;
    unsigned running = 0;
    std::array<asio::cancellation_signal, 2> signals;
    wakeup changed;
};

template <class T>
void run(const std::shared_ptr<race<T>>& in, const asio::any_io_executor& executor, awaitable<T> work,
         asio::cancellation_signal& signal) {
    ++in->running;
    const auto done = [in](std::exception_ptr failure, T value) {
        --in->running;
        if (!failure && !in->value) in->value.emplace(std::move(value));
        if (failure && !in->failure) in->failure = failure;
        in->changed.notify();
    };
    asio::co_spawn(executor, std::move(work), asio::bind_cancellation_slot(signal.slot(), done));
}

}  // namespace detail

/// Awaits `first`. When it has not ended after `delay`, awaits what `second` makes (nothing: no second one) beside it.
/// Returns the value that comes first; throws what failed first when none comes. T is default constructible.
///
/// Lifetime: the slower one is cancelled and not waited for, so both own what they use.
template <class T>
awaitable<T> hedge(awaitable<T> first, wakeup::clock::duration delay,
                   std::function<std::optional<awaitable<T>>()> second) {
    const auto executor = co_await asio::this_coro::executor;
    const auto race = std::make_shared<detail::race<T>>(executor);
    const auto now = wakeup::clock::now();
    auto deadline = delay > wakeup::clock::time_point::max() - now ? wakeup::clock::time_point::max() : now + delay;
    detail::run(race, executor, std::move(first), race->signals[0]);
    std::exception_ptr cancelled;
    try {
        while (!race->value && race->running != 0) {
            const bool woken = co_await race->changed.sleep(deadline);
            if (woken) continue;
            deadline = wakeup::clock::time_point::max();
            if (auto other = second()) detail::run(race, executor, std::move(*other), race->signals[1]);
        }
    } catch (...) {
        cancelled = std::current_exception();
    }
    if (race->running != 0)
        for (auto& signal : race->signals) signal.emit(asio::cancellation_type::terminal);
    if (race->value) co_return std::move(*race->value);
    std::rethrow_exception(cancelled ? cancelled : race->failure);
}

}  // namespace berth::async
