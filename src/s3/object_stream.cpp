#include "s3/object_stream.hpp"

#include "base/log.hpp"
#include "s3/content_range.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>

namespace berth::s3 {

namespace {

using namespace std::chrono_literals;

/// A line that brings nothing for so long is given up. Twice as long after each attempt that brought nothing, for it
/// may be S3 itself that is slow.
constexpr auto stall = 2s;
/// Less than this is quicker waited for than asked for again.
constexpr std::uint64_t little = 64 * 1024;
/// An attempt that breaks before it has brought so much counts as one that brought nothing: or a server that breaks
/// every answer would be asked as fast as it answers.
constexpr std::uint64_t worth_an_attempt = 16 * 1024;

}  // namespace

object_stream::object_stream(exchange& through, request asked, std::uint64_t whole_bytes, std::uint64_t offset,
                             std::uint64_t end, reply first)
    : exchange_{through}, asked_{std::move(asked)}, whole_bytes_{whole_bytes}, next_{offset}, end_{end} {
    take(std::move(first));
}

void object_stream::take(reply answer) {
    reply_ = std::move(answer);
    reply_->stream->set_idle_timeout(stall * (1 << fruitless_));
    attempt_began_ = clock::now();
    attempt_from_ = next_;
}

bool object_stream::is_far_slower_than_others() const {
    if (!asked_.pace || end_ - next_ < little) return false;
    return clock::now() - attempt_began_ > asked_.pace->patience(attempts_);
}

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
            if (next_ - attempt_from_ >= worth_an_attempt) fruitless_ = 0;
            if (is_far_slower_than_others()) {
                break_text_ = "the answer is far slower than others";
                reply_.reset();
            }
            co_return n;
        }
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error{asio::error::operation_aborted};
        reply_.reset();
        ++fruitless_;
    }
    co_return 0;
}

// GET /bucket/key
// Range: bytes=3145728-10485759
awaitable<void> object_stream::reopen() {
    ++attempts_;
    request again = asked_;
    again.fresh_connection = true;
    std::erase_if(again.headers, [](const auto& header) { return header.first == "range"; });
    again.headers.emplace_back("range", "bytes=" + std::to_string(next_) + '-' + std::to_string(end_ - 1));
    if (fruitless_ > max_fruitless) throw error{exchange_.nonsense(again, break_text_)};
    log::debug("going on with a broken S3 read",
               {{"key", asked_.key}, {"offset", std::to_string(next_)}, {"because", break_text_}});
    if (fruitless_ != 0) co_await exchange_.pause(fruitless_);

    auto answer = co_await exchange_.send(again);
    if (!answer) throw error{answer.error()};
    const auto given = parse_content_range(answer->headers[http::field::content_range]);
    if (answer->status != 206 || !given || given->first != next_)
        throw error{exchange_.nonsense(again, "the answer does not have the bytes that were asked for")};
    if (given->whole_bytes != whole_bytes_)
        throw error{exchange_.nonsense(again, "the object has another size than when the reading of it began")};
    take(std::move(*answer));
}

}  // namespace berth::s3
