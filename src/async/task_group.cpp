#include "async/task_group.hpp"

#include "async/cancellation.hpp"
#include "base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

namespace berth::async {

void task_group::spawn(asio::any_io_executor executor, awaitable<void> task) {
    auto e = std::make_shared<entry>();
    e->executor = executor;
    std::list<std::shared_ptr<entry>>::iterator at;
    {
        const std::lock_guard lock{mutex_};
        if (cancelled_) return;
        at = entries_.insert(entries_.end(), e);
    }
    const auto done = [this, at, e](std::exception_ptr failure) {
        if (failure) {
            try {
                std::rethrow_exception(failure);
            } catch (const std::exception& error) {
                if (!is_cancellation(error)) log::error("a task ended with an error", {{"error", error.what()}});
            }
        }
        const std::lock_guard lock{mutex_};
        entries_.erase(at);
    };
    // Signal and task meet on the task's own executor. Elsewhere a cancel() could come before the signal has a slot,
    // and be lost, or before the task has run at all: co_spawn of Boost 1.81 then ends the process.
    asio::dispatch(executor, [e, done, t = std::move(task)]() mutable {
        if (e->cancelled) return done(nullptr);
        asio::co_spawn(e->executor, std::move(t), asio::bind_cancellation_slot(e->signal.slot(), done));
    });
}

void task_group::cancel() {
    const std::lock_guard lock{mutex_};
    cancelled_ = true;
    // A signal may only be emitted where its task runs; the shared_ptr keeps it alive if the task ends first.
    for (const auto& e : entries_)
        asio::post(e->executor, [e] {
            e->cancelled = true;
            e->signal.emit(asio::cancellation_type::terminal);
        });
}

std::size_t task_group::size() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

awaitable<bool> task_group::wait(std::chrono::steady_clock::duration timeout) {
    // Polling, because it happens once in a process's life: 5 ms are not noticed, and a wake-up from any thread
    // would need a channel that every task's end has to go through.
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (size() != 0) {
        if (std::chrono::steady_clock::now() >= deadline) co_return false;
        timer.expires_after(std::chrono::milliseconds{5});
        co_await timer.async_wait(as_tuple);
    }
    co_return true;
}

}  // namespace berth::async
