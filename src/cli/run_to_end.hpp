#pragma once

#include "async/io_runtime.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace berth::cli {

/// Runs the event loop until `work` has ended. Throws what it throws.
template <class T>
T run_to_end(async::io_runtime& runtime, awaitable<T> work) {
    std::exception_ptr failure;
    std::optional<T> value;
    asio::co_spawn(runtime.next_executor(), std::move(work), [&](std::exception_ptr ended, T result) {
        failure = ended;
        value.emplace(std::move(result));
        runtime.stop();
    });
    runtime.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
}

}  // namespace berth::cli
