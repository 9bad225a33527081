#include "app/health.hpp"

#include "async/cancellation.hpp"
#include "base/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace berth::app {

awaitable<void> health::run() {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        co_await ask();
        // Without a health check the start-up question is repeated only until it succeeds once: an operator who reads
        // that something is wrong also wants to read that it is over.
        if (!options_.enabled && problem_.empty()) co_return;
        timer.expires_after(options_.interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<void> health::ask() {
    std::string problem;
    try {
        co_await driver_.probe();
    } catch (const std::exception& error) {
        if (async::is_cancellation(error)) throw;
        problem = error.what();
    }
    if (problem.empty()) {
        if (!problem_.empty()) log::info("the storage works again");
        failures_ = 0;
        healthy_ = true;
    } else {
        if (problem != problem_) log::error("the storage does not work", {{"error", problem}});
        ++failures_;
        if (options_.enabled && failures_ >= std::max(options_.threshold, 1) && healthy_.exchange(false))
            log::error("the storage counts as away: requests that need it are answered with 503 until it works again",
                       {{"failures", std::to_string(failures_)}});
    }
    problem_ = problem;
}

}  // namespace berth::app
