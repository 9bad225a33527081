#include "fuzz/connection.hpp"

#include "fuzz/fuzz.hpp"
#include "http/message_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace berth::fuzz {

namespace {

/// A connection on which `bytes` arrive, at most `piece` of them at once, and then the end.
class memory_transport final : public http::transport {
public:
    memory_transport(asio::io_context& context, std::string_view bytes, std::size_t piece)
        : socket_{context}, left_{bytes}, piece_{piece} {
        attach(context.get_executor());
    }
    http::stream_socket& socket() override { return socket_; }
    std::size_t left() const { return left_.size(); }

private:
    awaitable<std::tuple<error_code, std::size_t>> do_read_some(asio::mutable_buffer buffer) override {
        const std::size_t n = asio::buffer_copy(buffer, asio::buffer(left_.data(), std::min(piece_, left_.size())));
        left_.remove_prefix(n);
        co_return std::tuple{n == 0 ? error_code{asio::error::eof} : error_code{}, n};
    }
    awaitable<std::tuple<error_code, std::size_t>> do_write_some(
        const std::array<asio::const_buffer, 2>& buffers) override {
        co_return std::tuple{error_code{}, asio::buffer_size(buffers)};
    }

    http::stream_socket socket_;
    std::string_view left_;
    const std::size_t piece_;
};

/// A request that was read to the end of its body.
struct seen {
    std::string method, target, body;
    std::size_t left;  // bytes of the connection behind it

    bool operator==(const seen&) const = default;
};

// As a session does, but that it goes on where "Connection: close" would end it.
awaitable<void> read_requests(memory_transport& pipe, std::size_t piece, std::vector<seen>& requests) {
    constexpr int most = 8;
    boost::beast::flat_buffer buffer;
    std::vector<char> scratch(piece);
    for (int i = 0; i < most; ++i) {
        http::message_reader<true> reader{pipe, buffer};
        if (co_await reader.read_header()) co_return;
        seen one{std::string{reader.message().method_string()}, std::string{reader.message().target()}, {}, 0};
        while (!reader.is_done()) {
            auto [error, n] = co_await reader.read_some(asio::buffer(scratch));
            if (error) co_return;
            one.body.append(scratch.data(), n);
        }
        one.left = pipe.left() + buffer.size();
        requests.push_back(std::move(one));
    }
}

std::vector<seen> read_all(std::string_view bytes, std::size_t piece) {
    asio::io_context context;
    memory_transport pipe{context, bytes, piece};
    std::vector<seen> requests;
    std::exception_ptr failure;
    asio::co_spawn(context, read_requests(pipe, piece, requests), [&](std::exception_ptr thrown) {
        failure = thrown;
        pipe.detach();
    });
    context.run();
    require(!failure, "what a client sends is never an exception");
    return requests;
}

// The same once more, as narrowly as RFC 9112 and RFC 9110 allow: what this one does not take, somebody may take for
// something else.
class strict_reader {
public:
    explicit strict_reader(std::string_view bytes) : rest_{bytes} {}

    std::optional<seen> read() {
        const auto request_line = take_line();
        if (!request_line || !read_request_line(*request_line)) return std::nullopt;
        for (;;) {
            const auto line = take_line();
            if (!line) return std::nullopt;
            if (line->empty()) break;
            if (!read_field(*line)) return std::nullopt;
        }
        if (chunked_ && (length_ || version_ == "HTTP/1.0")) return std::nullopt;
        const bool is_whole = chunked_ ? take_chunks() : take_body(length_.value_or(0));
        if (!is_whole) return std::nullopt;
        found_.left = rest_.size();
        return found_;
    }

private:
    // Up to a CRLF; nothing with a control character in it, of which CR and LF alone are two.
    std::optional<std::string_view> take_line() {
        const std::size_t end = rest_.find("\r\n");
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 2);
        const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
        if (std::ranges::any_of(line, is_control)) return std::nullopt;
        return line;
    }

    static bool is_token(std::string_view text) {
        const auto is_token_character = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
        };
        return !text.empty() && std::ranges::all_of(text, is_token_character);
    }

    bool read_request_line(std::string_view line) {
        const std::size_t first = line.find(' '), last = line.rfind(' ');
        if (first == std::string_view::npos || first == last) return false;
        const std::string_view target = line.substr(first + 1, last - first - 1);
        found_.method = line.substr(0, first);
        found_.target = target;
        version_ = line.substr(last + 1);
        return is_token(found_.method) && !target.empty() && target.find_first_of(" \t") == std::string_view::npos &&
               (version_ == "HTTP/1.1" || version_ == "HTTP/1.0");
    }

    bool read_field(std::string_view line) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
        std::string_view value = line.substr(colon + 1);
        while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
        while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
        if (boost::beast::iequals(line.substr(0, colon), "Content-Length")) {
            if (length_) return false;
            length_ = number(value, 10);
            return length_.has_value();
        }
        if (boost::beast::iequals(line.substr(0, colon), "Transfer-Encoding")) {
            if (chunked_ || !boost::beast::iequals(value, "chunked")) return false;
            chunked_ = true;
        }
        return true;
    }

    static std::optional<std::uint64_t> number(std::string_view text, int base) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
        if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
        return value;
    }

    bool take_body(std::uint64_t size) {
        if (size > rest_.size()) return false;
        found_.body.append(rest_.substr(0, static_cast<std::size_t>(size)));
        rest_.remove_prefix(static_cast<std::size_t>(size));
        return true;
    }

    bool take_chunks() {
        for (;;) {
            const auto line = take_line();
            if (!line) return false;
            std::string_view size_text = line->substr(0, line->find(';'));
            const bool has_extension = size_text.size() != line->size();
            while (has_extension && (size_text.ends_with(' ') || size_text.ends_with('\t'))) size_text.remove_suffix(1);
            const auto size = number(size_text, 16);
            if (!size) return false;
            if (*size == 0) return take_trailer();
            if (!take_body(*size)) return false;
            const auto end = take_line();
            if (!end || !end->empty()) return false;
        }
    }

    // A line that goes on in the next one is let pass here: trailers say nothing, and end at the same empty line.
    bool take_trailer() {
        for (bool is_first = true;; is_first = false) {
            const auto line = take_line();
            if (!line) return false;
            if (line->empty()) return true;
            if (!is_first && (line->starts_with(' ') || line->starts_with('\t'))) continue;
            const std::size_t colon = line->find(':');
            if (colon == std::string_view::npos || !is_token(line->substr(0, colon))) return false;
        }
    }

    std::string_view rest_, version_;
    seen found_{};
    std::optional<std::uint64_t> length_;
    bool chunked_ = false;
};

}  // namespace

void check_connection(std::string_view sent) {
    constexpr std::size_t at_once = 64 * 1024;
    const std::vector<seen> requests = read_all(sent, at_once);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}})
        require(read_all(sent, piece) == requests, "what is read does not depend on how the bytes arrive");
    std::string_view rest = sent;
    for (const seen& one : requests) {
        const auto strictly = strict_reader{rest}.read();
        require(strictly == one, "a request that is taken is one by the narrowest reading, with the same body and end");
        rest = sent.substr(sent.size() - one.left);
    }
}

}  // namespace berth::fuzz
