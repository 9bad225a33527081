#pragma once

#include "http/transport.hpp"

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>

namespace berth::http {

/// The sessions of a server, and how to end those that wait for a request. Thread-safe.
class open_sessions {
public:
    class place;

    /// From now on a session ends with the answer it is at, and at once while it waits for a request.
    void drain();
    bool is_draining() const { return draining_; }
    /// Ends the one that has waited longest for a request, where it has for `at_least`; one after the other.
    void end_one_that_waits(std::chrono::steady_clock::duration at_least);

private:
    using clock = std::chrono::steady_clock;
    static constexpr clock::time_point never = clock::time_point::max();

    struct entry {
        entry(asio::any_io_executor on, transport* over) : executor{std::move(on)}, pipe{over} {}

        const asio::any_io_executor executor;
        transport* pipe;  // on the executor only; null: the session is over
        std::atomic<clock::time_point> waits_since{never};
        std::atomic<bool> is_to_end{false};
    };

    static void end_if_it_waits(const std::shared_ptr<entry>& one);

    std::atomic<bool> draining_{false};
    std::mutex mutex_;
    std::list<std::shared_ptr<entry>> entries_;  // guarded by mutex_
};

/// One session, from its begin to its end. On the session's executor only.
class open_sessions::place {
public:
    place(open_sessions& all, asio::any_io_executor executor, transport& pipe);
    ~place();
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    /// False: the server drains, and there is nothing to wait for.
    bool begins_to_wait();
    /// Some byte of a request is there.
    void waits_no_more();

private:
    open_sessions& all_;
    std::list<std::shared_ptr<entry>>::iterator at_;
};

}  // namespace berth::http
