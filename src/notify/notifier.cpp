#include "notify/notifier.hpp"

#include "base/log.hpp"

#include <boost/asio/steady_timer.hpp>

namespace berth::notify {

notifier::notifier(options options, const std::function<asio::any_io_executor()>& next_executor)
    : include_references_{options.include_references}, from_{std::move(options.from)} {
    for (endpoint::options& one : options.endpoints)
        endpoints_.push_back(std::make_unique<endpoint>(std::move(one), next_executor()));
}

void notifier::publish(const event& one) {
    std::shared_ptr<const std::string> envelope;
    for (const auto& to : endpoints_) {
        if (!to->wants(one)) continue;
        if (!envelope) envelope = std::make_shared<const std::string>(envelope_of(one, from_));
        to->offer(envelope);
    }
}

void notifier::start() {
    for (const auto& one : endpoints_) senders_.spawn(one->executor(), one->run());
}

std::size_t notifier::pending() const {
    std::size_t all = 0;
    for (const auto& one : endpoints_) all += one->pending();
    return all;
}

awaitable<bool> notifier::stop(std::chrono::steady_clock::duration grace) {
    const auto deadline = std::chrono::steady_clock::now() + grace;
    asio::steady_timer pause{co_await asio::this_coro::executor};
    while (pending() != 0 && std::chrono::steady_clock::now() < deadline) {
        pause.expires_after(std::chrono::milliseconds{10});
        co_await pause.async_wait(asio::use_awaitable);
    }
    for (const auto& one : endpoints_)
        if (const std::size_t lost = one->pending(); lost != 0)
            log::warn("events could not be sent before the end",
                      {{"endpoint", one->name()}, {"events", std::to_string(lost)}});
    senders_.cancel();
    const bool ended = co_await senders_.wait(std::chrono::seconds{1});
    co_return ended;
}

}  // namespace berth::notify
