#pragma once

#include "storage/driver.hpp"

#include <exception>
#include <optional>
#include <utility>

namespace berth::registry {

/// For a read: asks the store; where that fails, `recall()` gives what this node has last heard, an
/// awaitable<std::optional<T>>. Nothing: the store's failure is thrown.
template <class T, class Recall>
awaitable<T> ask_or_recall(awaitable<T> question, Recall recall) {
    std::exception_ptr failure;
    try {
        co_return co_await std::move(question);
    } catch (const storage::error&) {
        failure = std::current_exception();
    }
    std::optional<T> known = co_await recall();
    if (!known) std::rethrow_exception(failure);
    co_return std::move(*known);
}

}  // namespace berth::registry
