#include "s3/object_stream.hpp"

#include "base/log.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>

namespace berth::s3 {

object_stream::object_stream(exchange& through, std::string key, std::string etag, std::uint64_t offset,
                             std::uint64_t end, reply first)
    : exchange_{through},
      key_{std::move(key)},
      etag_{std::move(etag)},
      next_{offset},
      end_{end},
      reply_{std::move(first)} {}

awaitable<std::size_t> object_stream::read_some(asio::mutable_buffer buffer) {
    while (next_ < end_) {
        if (!reply_) co_await reopen();
        const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end_ - next_));
        std::size_t n = 0;
        try {
            n = co_await reply_->stream->read_some(asio::buffer(buffer, wanted));
            if (n == 0) break_text_ = "the answer ended before the object did";
        } catch (const http::transport_error& error) {
            break_text_ = error.what();
        }
        if (n != 0) {
            next_ += n;
            fruitless_ = 0;
            co_return n;
        }
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error{asio::error::operation_aborted};
        reply_.reset();
    }
    co_return 0;
}

// GET /bucket/key
// Range: bytes=3145728-10485759
// If-Match: "9b2cf535f27731c974343645a3985328"
awaitable<void> object_stream::reopen() {
    request again{.operation = "GetObject", .key = key_, .stream = true};
    again.headers.emplace_back("range", "bytes=" + std::to_string(next_) + '-' + std::to_string(end_ - 1));
    if (!etag_.empty()) again.headers.emplace_back("if-match", etag_);
    if (++fruitless_ > max_fruitless) throw error{exchange_.nonsense(again, break_text_)};
    log::debug("going on with a broken S3 read",
               {{"key", key_}, {"offset", std::to_string(next_)}, {"because", break_text_}});
    if (fruitless_ > 1) co_await exchange_.pause(fruitless_ - 1);

    auto answer = co_await exchange_.send(again);
    if (!answer) throw error{answer.error()};
    if (answer->status != 206) throw error{exchange_.nonsense(again, "S3 ignored the range that was asked for")};
    reply_ = std::move(*answer);
}

}  // namespace berth::s3
