#pragma once

#include "async/asio.hpp"

#include <boost/asio/query.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

namespace berth::http {

/// Connections to one server that wait for their next use. A Connection has a pipe(), which is a transport, and a
/// member idle_since. Thread-safe.
template <class Connection>
class idle_connections {
public:
    using clock = std::chrono::steady_clock;

    /// An idle connection older than `max_age` is closed instead of used: servers hang up at their own time.
    idle_connections(std::size_t max, clock::duration max_age) : max_{max}, max_age_{max_age} {}

    /// One that was made on the executor's event loop, the newest; null where there is none.
    std::unique_ptr<Connection> take(const asio::any_io_executor& executor) {
        std::vector<std::unique_ptr<Connection>> too_old;  // closed outside the lock
        const std::lock_guard lock{mutex_};
        const auto oldest = clock::now() - max_age_;
        while (!idle_.empty() && idle_.front()->idle_since < oldest) {
            too_old.push_back(std::move(idle_.front()));
            idle_.erase(idle_.begin());
        }
        for (std::size_t i = idle_.size(); i-- > 0;) {
            // A connection works on any executor, but on that of another thread each operation costs a hop to it.
            const auto made_on = idle_[i]->pipe().socket().get_executor();
            if (&asio::query(made_on, asio::execution::context) != &asio::query(executor, asio::execution::context))
                continue;
            auto c = std::move(idle_[i]);
            idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
            if (c->pipe().is_idle_and_open()) return c;
            too_old.push_back(std::move(c));
        }
        return nullptr;
    }

    void put(std::unique_ptr<Connection> c) {
        c->idle_since = clock::now();
        const std::lock_guard lock{mutex_};
        if (idle_.size() < max_) idle_.push_back(std::move(c));
    }

private:
    const std::size_t max_;
    const clock::duration max_age_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_; newest last
};

}  // namespace berth::http
