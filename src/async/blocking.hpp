#pragma once

#include "async/asio.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <mutex>
#include <optional>
#include <type_traits>

namespace berth::async {

/// Threads for calls that block (files, mostly), so that none of them holds up the event loop. Threads start with
/// the first call.
///
/// Lifetime: goes before the event loops of its callers: its threads still touch them for a moment after an answer.
class blocking_pool {
public:
    explicit blocking_pool(std::size_t threads) : threads_{threads} {}

    /// Runs `work` on a thread of the pool and comes back to the awaiting coroutine's executor with its result.
    /// What `work` throws is thrown here. The wait cannot be cancelled, so `work` may use the caller's locals.
    template <class Work>
    awaitable<std::invoke_result_t<Work&>> run(Work work) {
        using value = std::invoke_result_t<Work&>;
        std::exception_ptr failure;
        if constexpr (std::is_void_v<value>) {
            co_await on_pool([&] {
                try {
                    work();
                } catch (...) {
                    failure = std::current_exception();
                }
            });
            if (failure) std::rethrow_exception(failure);
        } else {
            std::optional<value> out;
            co_await on_pool([&] {
                try {
                    out.emplace(work());
                } catch (...) {
                    failure = std::current_exception();
                }
            });
            if (failure) std::rethrow_exception(failure);
            co_return std::move(*out);
        }
    }

    /// Runs `work` on a thread of the pool some time; nobody waits for it. It must not throw.
    template <class Work>
    void post(Work work) {
        asio::post(pool(), std::move(work));
    }

private:
    template <class Function>
    awaitable<void> on_pool(Function function) {
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
            [this](auto handler, auto* call) {
                asio::post(pool(), [handler = std::move(handler), call]() mutable {
                    (*call)();
                    auto executor = asio::get_associated_executor(handler);
                    asio::post(executor, std::move(handler));
                });
            },
            asio::use_awaitable, &function);
    }

    asio::thread_pool& pool();

    std::size_t threads_;
    std::mutex mutex_;
    std::optional<asio::thread_pool> pool_;  // guarded by mutex_ until it is there
};

}  // namespace berth::async
