#include "http/open_sessions.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace berth::http {

void open_sessions::drain() {
    draining_ = true;
    const std::lock_guard lock{mutex_};
    for (const auto& one : entries_)
        asio::post(one->executor, [one] {
            error_code ignored;
            if (one->pipe && one->waits) one->pipe->socket().cancel(ignored);
        });
}

open_sessions::place::place(open_sessions& all, asio::any_io_executor executor, transport& pipe) : all_{all} {
    auto mine = std::make_shared<entry>(std::move(executor), &pipe);
    const std::lock_guard lock{all_.mutex_};
    at_ = all_.entries_.insert(all_.entries_.end(), std::move(mine));
}

open_sessions::place::~place() {
    has_answered();
    (*at_)->pipe = nullptr;
    const std::lock_guard lock{all_.mutex_};
    all_.entries_.erase(at_);
}

bool open_sessions::place::begins_to_wait() {
    (*at_)->waits = true;
    return !all_.draining_;
}

void open_sessions::place::has_request() {
    (*at_)->waits = false;
    if (!std::exchange(is_busy_, true)) ++all_.busy_;
}

void open_sessions::place::has_answered() {
    if (std::exchange(is_busy_, false)) --all_.busy_;
}

}  // namespace berth::http
