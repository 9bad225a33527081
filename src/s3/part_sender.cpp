#include "s3/part_sender.hpp"

#include <algorithm>
#include <utility>

namespace berth::s3 {

part_sender::part_sender(client& through, object_key key, std::string upload_id, const std::vector<std::string>& sent)
    : client_{through}, key_{std::move(key)}, upload_id_{std::move(upload_id)} {
    for (const std::string& etag : sent) parts_.push_back({static_cast<unsigned>(parts_.size() + 1), etag});
}

void part_sender::start(unsigned number, async::claimed_buffer buffer, asio::any_io_executor executor) {
    if (in_flight_ == 0) changed_.emplace(executor, asio::steady_timer::time_point::max());
    parts_.resize(std::max<std::size_t>(parts_.size(), number));
    ++in_flight_;
    asio::co_spawn(executor, send(number, std::move(buffer)), [self = shared_from_this()](std::exception_ptr failure) {
        if (failure && !self->failure_) self->failure_ = failure;
        --self->in_flight_;
        self->changed_->cancel();
    });
}

awaitable<void> part_sender::send(unsigned number, async::claimed_buffer buffer) {
    std::string etag = co_await client_.upload_part(key_, upload_id_, number, buffer.view());
    parts_[number - 1] = completed_part{number, std::move(etag)};
}

awaitable<void> part_sender::wait_until_at_most(std::size_t in_flight) {
    while (in_flight_ > in_flight) {
        changed_->expires_at(asio::steady_timer::time_point::max());
        co_await changed_->async_wait(as_tuple);
    }
}

awaitable<void> part_sender::wait_for_one() {
    co_await wait_until_at_most(in_flight_ == 0 ? 0 : in_flight_ - 1);
}

awaitable<void> part_sender::settle() {
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await wait_until_at_most(0);
    co_await asio::this_coro::throw_if_cancelled(throws);
}

void part_sender::throw_if_failed() const {
    if (failure_) std::rethrow_exception(failure_);
}

}  // namespace berth::s3
