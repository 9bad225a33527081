#include "registry/periodic_turn.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <random>

namespace berth::registry {

using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds longest_delay = std::chrono::hours{1};

awaitable<void> pause(nanoseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor,
                             std::chrono::duration_cast<std::chrono::steady_clock::duration>(time)};
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

nanoseconds periodic_turn::random_delay() const {
    const nanoseconds longest = std::min(interval_, longest_delay);
    std::mt19937_64 chance{std::random_device{}()};
    return nanoseconds{std::uniform_int_distribution{longest.count() / 60, longest.count()}(chance)};
}

awaitable<periodic_turn::outcome> periodic_turn::try_to_take() {
    const auto last = co_await driver_.stat(file_);
    const nanoseconds since = last ? std::chrono::system_clock::now() - last->modified : nanoseconds::max();
    if (since < interval_ && since > -interval_)
        co_return outcome{std::nullopt, interval_ - std::max(since, nanoseconds{0}) + random_delay()};
    co_await driver_.put(file_, format_rfc3339(std::chrono::system_clock::now()));
    const auto written = co_await driver_.stat(file_);
    if (!written) throw storage::error{file_ + " was written and is not there"};
    co_return outcome{written->modified, interval_};
}

awaitable<void> periodic_turn::run(std::function<awaitable<nanoseconds>()> look) {
    co_await pause(random_delay());
    for (;;) {
        const nanoseconds until_next = co_await look();
        co_await pause(until_next);
    }
}

}  // namespace berth::registry
