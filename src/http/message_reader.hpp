#pragma once

#include "http/framing.hpp"
#include "http/transport.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace berth::http {

/// Reads one HTTP/1.1 message from a transport: the header by Beast's parser, then the body piece by piece. A body with
/// a known length goes from the socket into the caller's buffer without a copy; a chunked one through the parser.
/// One message per reader; `buffer` belongs to the connection and keeps what was read past this message's end.
/// Of requests, what framing.hpp judges is refused.
///
/// Lifetime: transport and buffer outlive the reader.
template <bool is_request>
class message_reader {
public:
    static constexpr std::uint32_t max_header_bytes = max_request_header_bytes;

    message_reader(transport& from, boost::beast::flat_buffer& buffer) : transport_{from}, buffer_{buffer} {
        parser_.header_limit(max_header_bytes);
        parser_.body_limit(boost::none);
        parser_.eager(false);
        if constexpr (is_request) parser_.on_chunk_header(judge_chunk_extension);
    }

    /// A response to HEAD has no body whatever its header says. Call it before read_header.
    void expect_no_body() { parser_.skip(true); }

    /// Returns http::error::end_of_stream when the peer closed before the first byte. Once the first bytes are there,
    /// `on_begin` is called, if set, and all of the header must have come within `rest_timeout`, where one is given.
    /// After refused() says something the error that is returned has no meaning of its own.
    awaitable<error_code> read_header(std::optional<std::chrono::steady_clock::duration> rest_timeout = std::nullopt,
                                      std::function<void()> on_begin = {}) {
        using std::chrono::steady_clock;
        std::optional<steady_clock::time_point> deadline;
        error_code error;
        for (;;) {
            if (on_begin && buffer_.size() != 0) std::exchange(on_begin, {})();
            if (rest_timeout && !deadline && buffer_.size() != 0) deadline = steady_clock::now() + *rest_timeout;
            if (has_something_to_parse()) {
                if (refusal_) co_return error_code{boost::beast::http::error::bad_field};
                buffer_.consume(parser_.put(buffer_.data(), error));
                if (error == boost::beast::http::error::need_more) error = {};
                if (error || parser_.is_header_done()) break;
            }
            if (deadline) {
                const auto left = *deadline - steady_clock::now();
                if (left <= steady_clock::duration::zero()) co_return error_code{asio::error::timed_out};
                transport_.set_timeout(left);
            }
            auto [read_error, n] = co_await transport_.read_some(buffer_.prepare(header_read_bytes));
            if (read_error) {
                const bool nothing_yet = read_error == asio::error::eof && !parser_.got_some() && buffer_.size() == 0;
                co_return nothing_yet ? error_code{boost::beast::http::error::end_of_stream} : read_error;
            }
            buffer_.commit(n);
            if (looks_like_tls()) co_return error_code{boost::beast::http::error::bad_method};
        }
        if constexpr (is_request)
            if (!error) refusal_ = refuse_header(parser_.get().base());
        if (refusal_) co_return error_code{boost::beast::http::error::bad_field};
        if (!error && !parser_.chunked())
            if (const auto length = parser_.content_length()) remaining_ = *length;
        co_return error;
    }

    /// Why the request whose header was read is refused.
    const std::optional<refusal>& refused() const { return refusal_; }

    /// 0 at the end of the body. A body that breaks off is an error, never an end.
    awaitable<std::tuple<error_code, std::size_t>> read_some(asio::mutable_buffer to) {
        if (parser_.is_done() || remaining_ == 0u) co_return std::tuple{error_code{}, std::size_t{0}};
        if (remaining_) co_return co_await read_known_length(to);
        co_return co_await read_parsed(to);
    }

    bool is_done() const { return parser_.is_done() || remaining_ == 0u; }
    /// True when the first byte is that of a TLS record: a client that tries https first.
    bool looks_like_tls() const {
        return is_request && buffer_.size() != 0 && !parser_.got_some() &&
               *static_cast<const unsigned char*>(buffer_.data().data()) == 0x16;
    }

    auto& message() { return parser_.get(); }
    bool keep_alive() const { return parser_.keep_alive(); }
    /// What Content-Length says of the body that can be read; nothing where only the body itself tells.
    std::optional<std::uint64_t> content_length() const {
        if (parser_.chunked()) return std::nullopt;
        if (const auto length = parser_.content_length()) return *length;
        return is_request ? std::optional<std::uint64_t>{0} : std::nullopt;
    }

    /// How much of the body is still to be read; nothing where only the body itself tells.
    std::optional<std::uint64_t> remaining() const { return remaining_; }

private:
    static constexpr std::size_t header_read_bytes = 8 * 1024;

    // In quotes Beast takes anything.
    static void judge_chunk_extension(std::uint64_t, boost::beast::string_view extension, error_code& error) {
        const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
        if (extension.size() > max_chunk_extension_bytes || std::ranges::any_of(extension, is_control))
            error = boost::beast::http::error::bad_chunk_extension;
    }

    std::string_view buffered() const { return {static_cast<const char*>(buffer_.data().data()), buffer_.size()}; }

    // True when there is something for the parser. A request's header is judged before that, as it was sent, and so
    // must be there whole.
    bool has_something_to_parse() {
        if constexpr (is_request) {
            const auto size = header_size(buffered(), searched_bytes_);
            searched_bytes_ = buffer_.size();
            if (size.value_or(buffer_.size()) > max_header_bytes)
                refusal_ = refuse_endless_header(buffered().substr(0, max_header_bytes));
            else if (size)
                refusal_ = refuse_header_text(buffered().substr(0, *size));
            return size || refusal_;
        }
        return buffer_.size() != 0;
    }

    // False also for the beginning of a last chunk without trailers: Beast, once it has seen its zero, fails an
    // assertion when it is given less than all five bytes.
    bool has_enough_to_parse() const {
        constexpr std::string_view last_chunk = "0\r\n\r\n";
        const bool breaks_off = buffer_.size() < last_chunk.size() && last_chunk.starts_with(buffered());
        return buffer_.size() != 0 && !(parser_.chunked() && breaks_off);
    }

    awaitable<std::tuple<error_code, std::size_t>> read_known_length(asio::mutable_buffer to) {
        to = asio::buffer(to, static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), *remaining_)));
        if (buffer_.size() != 0) {
            const std::size_t n = asio::buffer_copy(to, buffer_.data());
            buffer_.consume(n);
            *remaining_ -= n;
            co_return std::tuple{error_code{}, n};
        }
        auto [error, n] = co_await transport_.read_some(to);
        *remaining_ -= n;
        if (error == asio::error::eof) error = boost::beast::http::error::partial_message;
        co_return std::tuple{error, n};
    }

    awaitable<std::tuple<error_code, std::size_t>> read_parsed(asio::mutable_buffer to) {
        auto& body = parser_.get().body();
        body.data = to.data();
        body.size = to.size();
        body.more = true;
        while (!parser_.is_done() && body.size == to.size()) {
            error_code error;
            if (has_enough_to_parse()) {
                buffer_.consume(parser_.put(buffer_.data(), error));
                if (error == boost::beast::http::error::need_buffer) error = {};
                if (error && error != boost::beast::http::error::need_more) co_return std::tuple{error, std::size_t{0}};
                if (!error) continue;
                // What is left here is the beginning of a chunk's header or of a trailer, for which Beast has no limit;
                // and it would wait for the CR that belongs before an LF.
                if (is_request && has_bare_line_end(buffered()))
                    co_return std::tuple{error_code{boost::beast::http::error::bad_line_ending}, std::size_t{0}};
            }
            if (buffer_.size() > max_header_bytes)
                co_return std::tuple{error_code{boost::beast::http::error::header_limit}, std::size_t{0}};
            auto [read_error, n] = co_await transport_.read_some(buffer_.prepare(chunked_read_bytes));
            if (read_error == asio::error::eof) {
                read_error = {};
                parser_.put_eof(read_error);  // the end of a body without any length, or a broken chunked one
            }
            if (read_error) co_return std::tuple{read_error, std::size_t{0}};
            buffer_.commit(n);
        }
        co_return std::tuple{error_code{}, to.size() - body.size};
    }

    static constexpr std::size_t chunked_read_bytes = 64 * 1024;

    transport& transport_;
    boost::beast::flat_buffer& buffer_;
    boost::beast::http::parser<is_request, boost::beast::http::buffer_body> parser_;
    std::optional<std::uint64_t> remaining_;  // of a body whose length is known
    std::optional<refusal> refusal_;
    std::size_t searched_bytes_ = 0;  // of the buffer, for the header's end
};

}  // namespace berth::http
