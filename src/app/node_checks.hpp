#pragma once

#include "async/asio.hpp"
#include "config/configuration.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace berth::app {

/// The operator's own checks, `health.file`, `health.http` and `health.tcp`: while one of them fails, this node is not
/// to be asked at all, whatever its storage says. Thread-safe.
///
/// Lifetime: all run() end before it does.
class node_checks {
public:
    struct check {
        std::string name;  ///< As registry:2 calls it in /debug/health: the file, the URI, the address.
        std::chrono::steady_clock::duration interval;
        std::uint64_t threshold = 1;                  ///< Failures in a row that count; 0 means 1.
        std::function<awaitable<std::string>()> ask;  ///< What is wrong; empty: nothing. May throw, which is wrong.
    };

    explicit node_checks(std::vector<check> checks);

    std::size_t size() const { return checks_.size(); }
    /// Asks one of them now and then, until it is cancelled.
    awaitable<void> run(std::size_t which);

    bool is_healthy() const { return failing_ == 0; }
    /// Name and what is wrong, of those that fail.
    std::vector<std::pair<std::string, std::string>> problems() const;

private:
    void found(std::size_t which, std::string problem, std::uint64_t failures_in_a_row);

    const std::vector<check> checks_;
    std::atomic<std::size_t> failing_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> problems_;  // guarded by mutex_; empty: the check of that place holds
};

/// Throws startup_error for a URI that is none.
std::vector<node_checks::check> make_node_checks(const config::health_settings& settings);

}  // namespace berth::app
