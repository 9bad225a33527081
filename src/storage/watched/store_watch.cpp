#include "storage/watched/store_watch.hpp"

#include "async/hedge.hpp"
#include "base/log.hpp"

#include <boost/asio/steady_timer.hpp>

namespace berth::storage {

namespace {

/// How long a probe may be under way that looks out for the store's return.
constexpr std::chrono::seconds longest_look{5};

// Why there is no answer; empty where there is one, whatever it says.
awaitable<std::string> probe(std::shared_ptr<driver> store) {
    try {
        co_await store->probe();
    } catch (const unreachable& failure) {
        co_return failure.what();
    } catch (const error&) {
    }
    co_return std::string{};
}

awaitable<std::string> late() {
    co_return std::string{"no answer in time"};
}

std::string seconds_since(store_watch::clock::time_point then) {
    const auto passed = store_watch::clock::now() - then;
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(passed).count());
}

}  // namespace

std::optional<std::string> store_watch::trouble() const {
    if (!away_) return std::nullopt;
    const std::lock_guard lock{mutex_};
    return "away for " + seconds_since(away_since_) + " s: " + why_;
}

void store_watch::worked() {
    last_worked_ = clock::now();
    if (!away_) return;
    const std::lock_guard lock{mutex_};
    if (away_.exchange(false)) log::info("the storage is back", {{"seconds", seconds_since(away_since_)}});
}

void store_watch::failed(const std::string& why) {
    const auto now = clock::now();
    if (away_ || now < last_worked_.load() + options_.limit) return;
    const std::lock_guard lock{mutex_};
    why_ = why;
    away_since_ = now;
    if (!away_.exchange(true)) log::error("the storage is away", {{"because", why}});
}

awaitable<bool> store_watch::answers_within(clock::duration limit) {
    const std::uint64_t signs_before = signs_of_life();
    const std::string why = co_await async::hedge<std::string>(probe(store_), limit, [] { return late(); });
    if (why.empty()) {
        worked();
    } else if (signs_of_life() != signs_before) {
        last_worked_ = clock::now();  // this probe was late, and the store is there
    } else {
        failed(why);
    }
    co_return why.empty();
}

awaitable<bool> store_watch::may_be_asked() {
    if (!away_) co_return true;
    const auto glance = [this] { return answers_within(options_.glance); };
    co_return co_await glances_.run({}, glance);
}

// Whoever waits for the same store has its latest answer, so that many who wait cost it no more than one.
awaitable<bool> store_watch::is_there() {
    if (away_) co_return false;
    if (clock::now() < last_worked_.load() + options_.glance) co_return true;
    co_return co_await answers_within(options_.limit);
}

awaitable<void> store_watch::until_away() {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    const auto ask = [this] { return is_there(); };
    while (!away_) {
        co_await questions_.run({}, ask);
        if (away_) co_return;
        timer.expires_after(options_.patience);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// A probe that was sent to a dead line is not answered when the store is back: the next one does not wait for its end.
awaitable<void> store_watch::run() {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor};
    for (;;) {
        timer.expires_after(options_.interval);
        co_await timer.async_wait(asio::use_awaitable);
        if (away_) looks_.spawn(executor, look());
    }
}

awaitable<void> store_watch::look() {
    co_await answers_within(longest_look);
}

awaitable<bool> store_watch::stop() {
    looks_.cancel();
    co_return co_await looks_.wait(std::chrono::seconds{1});
}

}  // namespace berth::storage
