#pragma once

#include "async/asio.hpp"

#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace berth::test {

/// This thread's event loop. It is never destroyed, because pooled connections of one run serve the next.
inline asio::io_context& event_loop() {
    thread_local auto* const context = new asio::io_context{1};
    return *context;
}

/// Runs a coroutine to its end on this thread and returns its result, or throws what it threw.
template <class T>
T run(awaitable<T> task) {
    asio::io_context& context = event_loop();
    context.restart();
    std::exception_ptr failure;
    if constexpr (std::is_void_v<T>) {
        asio::co_spawn(context, std::move(task), [&](std::exception_ptr f) { failure = f; });
        context.run();
        if (failure) std::rethrow_exception(failure);
    } else {
        std::optional<T> value;
        auto store = [](awaitable<T> inner, std::optional<T>& out) -> awaitable<void> {
            out.emplace(co_await std::move(inner));
        };
        asio::co_spawn(context, store(std::move(task), value), [&](std::exception_ptr f) { failure = f; });
        context.run();
        if (failure) std::rethrow_exception(failure);
        if (!value) throw std::logic_error{"the coroutine did not end"};
        return std::move(*value);
    }
}

}  // namespace berth::test
