#include "notify/endpoint.hpp"

#include "async/cancellation.hpp"
#include "base/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace berth::notify {

endpoint::endpoint(options options, const asio::any_io_executor& executor)
    : options_{std::move(options)},
      executor_{executor},
      client_{{.server = options_.server, .max_idle_connections = 1, .connect_timeout = options_.timeout}},
      something_waits_{executor} {}

bool endpoint::wants(const event& one) const {
    return std::ranges::find(options_.ignored_media_types, one.target.media_type) ==
               options_.ignored_media_types.end() &&
           std::ranges::find(options_.ignored_actions, name_of(one.what)) == options_.ignored_actions.end();
}

void endpoint::offer(std::shared_ptr<const std::string> envelope) {
    bool begins_to_drop = false;
    counts_.events.add();
    {
        const std::lock_guard lock{mutex_};
        queued_bytes_ += envelope->size();
        queue_.push_back(std::move(envelope));
        while (queue_.size() > options_.max_pending || queued_bytes_ > options_.max_pending_bytes) {
            queued_bytes_ -= queue_.front()->size();
            queue_.pop_front();
            counts_.dropped.add();
            begins_to_drop = !std::exchange(is_dropping_, true) || begins_to_drop;
        }
    }
    something_waits_.notify();
    if (begins_to_drop)
        log::error("too many events wait for a notification endpoint; the oldest are dropped until it has caught up",
                   {{"endpoint", options_.name}});
}

std::shared_ptr<const std::string> endpoint::take() {
    const std::lock_guard lock{mutex_};
    sending_ = !queue_.empty();
    if (queue_.empty()) {
        is_dropping_ = false;
        return nullptr;
    }
    auto first = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= first->size();
    return first;
}

std::size_t endpoint::pending() const {
    const std::lock_guard lock{mutex_};
    return queue_.size() + (sending_ ? 1 : 0);
}

std::map<unsigned, std::uint64_t> endpoint::statuses() const {
    const std::lock_guard lock{mutex_};
    return statuses_;
}

void endpoint::count_status(unsigned code) {
    const std::lock_guard lock{mutex_};
    ++statuses_[code];
}

awaitable<void> endpoint::run() {
    for (;;) {
        const auto envelope = take();
        if (!envelope) {
            co_await something_waits_.sleep();
            continue;
        }
        for (;;) {
            const bool accepted = co_await try_to_send(*envelope);
            if (accepted) break;
            if (failures_in_a_row_ < options_.threshold) continue;
            asio::steady_timer rest{executor_, options_.backoff};
            co_await rest.async_wait(asio::use_awaitable);
        }
    }
}

awaitable<bool> endpoint::try_to_send(const std::string& envelope) {
    http::client_request request{.method = http::verb::post,
                                 .target = options_.target,
                                 .headers = options_.headers,
                                 .body = envelope,
                                 .idle_timeout = options_.timeout};
    request.headers.set(http::field::content_type, envelope_media_type);
    try {
        auto answer = co_await client_.send(request);
        const auto code = static_cast<unsigned>(answer.code);
        count_status(code);
        if (code >= 200 && code < 400) {
            counts_.successes.add();
            if (failures_in_a_row_ >= std::max<std::uint64_t>(options_.threshold, 1))
                log::info("a notification endpoint accepts events again", {{"endpoint", options_.name}});
            failures_in_a_row_ = 0;
            co_return true;
        }
        counts_.failures.add();
        note_failure("it answered " + std::to_string(code));
    } catch (const std::exception& error) {
        if (async::is_cancellation(error)) throw;
        counts_.errors.add();
        note_failure(error.what());
    }
    co_return false;
}

// Says it when the rests begin, not at each of them.
void endpoint::note_failure(const std::string& because) {
    ++failures_in_a_row_;
    if (failures_in_a_row_ == std::max<std::uint64_t>(options_.threshold, 1))
        log::warn("a notification endpoint does not accept events; they wait",
                  {{"endpoint", options_.name}, {"because", because}});
}

}  // namespace berth::notify
