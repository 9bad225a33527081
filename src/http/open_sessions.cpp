#include "http/open_sessions.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace berth::http {

void open_sessions::drain() {
    draining_ = true;
    const std::lock_guard lock{mutex_};
    for (const auto& one : entries_) end_if_it_waits(one);
}

void open_sessions::end_one_that_waits(clock::duration at_least) {
    const std::lock_guard lock{mutex_};
    if (std::ranges::any_of(entries_, [](const auto& one) { return one->is_to_end.load(); })) return;
    const auto waits_since = [](const std::shared_ptr<entry>& one) { return one->waits_since.load(); };
    const auto first = std::ranges::min_element(entries_, {}, waits_since);
    if (first != entries_.end() && waits_since(*first) <= clock::now() - at_least) end_if_it_waits(*first);
}

void open_sessions::end_if_it_waits(const std::shared_ptr<entry>& one) {
    one->is_to_end = true;
    asio::post(one->executor, [one] {
        error_code ignored;
        // A request may have begun meanwhile, or be about to be read.
        const bool waits = one->pipe && one->waits_since.load() != never && one->pipe->socket().available(ignored) == 0;
        one->is_to_end = waits;
        if (waits) one->pipe->socket().cancel(ignored);
    });
}

open_sessions::place::place(open_sessions& all, asio::any_io_executor executor, transport& pipe) : all_{all} {
    auto mine = std::make_shared<entry>(std::move(executor), &pipe);
    const std::lock_guard lock{all_.mutex_};
    at_ = all_.entries_.insert(all_.entries_.end(), std::move(mine));
}

open_sessions::place::~place() {
    (*at_)->pipe = nullptr;
    const std::lock_guard lock{all_.mutex_};
    all_.entries_.erase(at_);
}

bool open_sessions::place::begins_to_wait() {
    (*at_)->waits_since = clock::now();
    return !all_.draining_;
}

void open_sessions::place::waits_no_more() {
    (*at_)->waits_since = never;
    (*at_)->is_to_end = false;
}

}  // namespace berth::http
