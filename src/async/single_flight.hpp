#pragma once

#include "async/asio.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace berth::async {

/// Lets those who want the same at the same time share the work. While one does it, all who come wait for one further
/// run, which begins after theirs: so nobody gets an answer that is older than the question. Thread-safe; those who
/// wait may be on any executors.
///
/// One of those who share a run does the work, on its own executor. When that one is cancelled, the next of them begins
/// anew; the others notice nothing. What the work throws is thrown to all of them.
///
/// Lifetime: outlives all calls of run().
template <class T>
class single_flight {
public:
    single_flight() = default;
    single_flight(const single_flight&) = delete;
    single_flight& operator=(const single_flight&) = delete;

    /// `work()` gives an awaitable<T> and is no coroutine itself; it runs at most once, or not at all where another's
    /// is shared. T is copied to each. Cancelled, it throws operation_aborted.
    template <class Work>
    awaitable<T> run(std::string key, Work work);

private:
    struct outcome {
        std::optional<T> value;
        std::exception_ptr failure;
    };
    struct member {
        explicit member(const asio::any_io_executor& executor)
            : turn{executor, asio::steady_timer::time_point::max()} {}
        asio::steady_timer turn;  // touched on its own executor only; cancelled there when something has come
        bool leads = false;       // guarded by mutex_, as the one below
        std::shared_ptr<const outcome> landed;
    };
    using members = std::vector<std::shared_ptr<member>>;
    struct line {
        members flying;   // share the run that is under way; its leader is not among them
        members waiting;  // share the next one
    };

    using lines = std::unordered_map<std::string, line>;
    using line_iterator = typename lines::iterator;

    awaitable<void> wait_for_turn(const std::string& key, const std::shared_ptr<member>& me);
    template <class Work>
    awaitable<T> lead(const std::string& key, Work& work);
    void land(const std::string& key, const std::shared_ptr<const outcome>& result);
    void leave(const std::string& key, const std::shared_ptr<member>& me);
    // Both with mutex_ held.
    void abandon(line_iterator at);
    void take_off(line_iterator at);

    static void wake(const std::shared_ptr<member>& one) {
        asio::post(one->turn.get_executor(), [one] { one->turn.cancel(); });
    }

    std::mutex mutex_;
    lines lines_;  // guarded by mutex_; those where a run is under way
};

template <class T>
template <class Work>
awaitable<T> single_flight<T>::run(std::string key, Work work) {
    std::shared_ptr<member> me;
    const auto executor = co_await asio::this_coro::executor;
    {
        const std::lock_guard lock{mutex_};
        const auto [at, is_first] = lines_.try_emplace(key);
        if (!is_first) at->second.waiting.push_back(me = std::make_shared<member>(executor));
    }
    if (me) co_await wait_for_turn(key, me);
    if (me && me->landed) {
        if (me->landed->failure) std::rethrow_exception(me->landed->failure);
        co_return *me->landed->value;
    }
    co_return co_await lead(key, work);
}

// Returns when the member leads, or its result is there.
template <class T>
awaitable<void> single_flight<T>::wait_for_turn(const std::string& key, const std::shared_ptr<member>& me) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    bool has_turn = false;
    while (!has_turn && cancellation.cancelled() == asio::cancellation_type::none) {
        co_await me->turn.async_wait(as_tuple);
        const std::lock_guard lock{mutex_};
        has_turn = me->leads || me->landed;
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (cancellation.cancelled() == asio::cancellation_type::none) co_return;
    leave(key, me);
    throw boost::system::system_error{asio::error::operation_aborted};
}

template <class T>
template <class Work>
awaitable<T> single_flight<T>::lead(const std::string& key, Work& work) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    const auto result = std::make_shared<outcome>();
    try {
        result->value.emplace(co_await work());
    } catch (...) {
        result->failure = std::current_exception();
    }
    // A failure of one that is cancelled says nothing to the others.
    if (result->failure && cancellation.cancelled() != asio::cancellation_type::none) {
        const std::lock_guard lock{mutex_};
        abandon(lines_.find(key));
    } else {
        land(key, result);
    }
    if (result->failure) std::rethrow_exception(result->failure);
    co_return *result->value;
}

template <class T>
void single_flight<T>::land(const std::string& key, const std::shared_ptr<const outcome>& result) {
    const std::lock_guard lock{mutex_};
    const auto at = lines_.find(key);
    for (const auto& one : at->second.flying) {
        one->landed = result;
        wake(one);
    }
    at->second.flying.clear();
    take_off(at);
}

// Those who shared the run come before those who came while it was under way.
template <class T>
void single_flight<T>::abandon(line_iterator at) {
    auto& [flying, waiting] = at->second;
    waiting.insert(waiting.begin(), flying.begin(), flying.end());
    flying.clear();
    take_off(at);
}

template <class T>
void single_flight<T>::take_off(line_iterator at) {
    auto& [flying, waiting] = at->second;
    if (waiting.empty()) {
        lines_.erase(at);
        return;
    }
    const auto leader = waiting.front();
    flying.assign(waiting.begin() + 1, waiting.end());
    waiting.clear();
    leader->leads = true;
    wake(leader);
}

// Of a member that was cancelled: what it was to lead, another does.
template <class T>
void single_flight<T>::leave(const std::string& key, const std::shared_ptr<member>& me) {
    const std::lock_guard lock{mutex_};
    if (me->landed) return;
    const auto at = lines_.find(key);
    if (me->leads) return abandon(at);
    std::erase(at->second.flying, me);
    std::erase(at->second.waiting, me);
}

}  // namespace berth::async
