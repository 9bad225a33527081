#pragma once

#include "async/wakeup.hpp"
#include "base/counter.hpp"
#include "http/client.hpp"
#include "notify/event.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace berth::notify {

/// One receiver of events: what waits for it, in order, and the coroutine that sends it. An event is sent again until
/// it is accepted (2xx or 3xx), so a receiver may see one twice; what waits is bounded, and where it is too much the
/// oldest event goes. offer() and the counts are thread-safe.
class endpoint {
public:
    struct options {
        std::string name{};
        http::origin server{};
        std::string target{};    ///< Path and query of its URL.
        http::fields headers{};  ///< Sent with each event; may hold secrets.
        std::chrono::steady_clock::duration timeout = std::chrono::seconds{1};  ///< Without a byte, and to connect.
        std::uint64_t threshold = 10;  ///< Failures in a row before each further try waits for `backoff`.
        std::chrono::steady_clock::duration backoff = std::chrono::seconds{1};
        std::size_t max_pending = 10000;
        std::size_t max_pending_bytes = 16 * 1024 * 1024;
        std::vector<std::string> ignored_media_types{};
        std::vector<std::string> ignored_actions{};
    };

    struct counts {
        counter events, successes, failures, errors, dropped;
    };

    endpoint(options options, const asio::any_io_executor& executor);

    bool wants(const event& one) const;
    /// Queues an envelope; never waits.
    void offer(std::shared_ptr<const std::string> envelope);

    /// Where run() is to be started.
    const asio::any_io_executor& executor() const { return executor_; }
    /// Sends until it is cancelled.
    awaitable<void> run();

    /// Events that wait or are on their way.
    std::size_t pending() const;
    const std::string& name() const { return options_.name; }
    const counts& totals() const { return counts_; }
    /// How often it has answered with which code.
    std::map<unsigned, std::uint64_t> statuses() const;

private:
    awaitable<bool> try_to_send(const std::string& envelope);
    std::shared_ptr<const std::string> take();
    void count_status(unsigned code);
    void note_failure(const std::string& because);

    const options options_;
    const asio::any_io_executor executor_;
    http::client client_;
    async::wakeup something_waits_;
    counts counts_;
    std::uint64_t failures_in_a_row_ = 0;  // run() alone
    mutable std::mutex mutex_;
    std::deque<std::shared_ptr<const std::string>> queue_;  // guarded by mutex_, as all below
    std::size_t queued_bytes_ = 0;
    bool sending_ = false;
    std::map<unsigned, std::uint64_t> statuses_;
    bool is_dropping_ = false;  // logged once, until the queue is empty
};

}  // namespace berth::notify
