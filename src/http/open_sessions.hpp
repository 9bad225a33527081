#pragma once

#include "http/transport.hpp"

#include <atomic>
#include <list>
#include <memory>
#include <mutex>

namespace berth::http {

/// The sessions of a server: how many have a request, and how to end the others when the server drains. Thread-safe.
class open_sessions {
public:
    class place;

    /// From now on a session ends with the answer it is at, and at once while it waits for a request.
    void drain();
    bool is_draining() const { return draining_; }
    /// Sessions between a request's header and the end of its answer.
    std::size_t busy() const { return busy_; }

private:
    struct entry {
        asio::any_io_executor executor;
        transport* pipe;  // as all below on the executor only; null: the session is over
        bool waits = false;
    };

    std::atomic<bool> draining_{false};
    std::atomic<std::size_t> busy_{0};
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
    void has_request();
    void has_answered();

private:
    open_sessions& all_;
    std::list<std::shared_ptr<entry>>::iterator at_;
    bool is_busy_ = false;
};

}  // namespace berth::http
