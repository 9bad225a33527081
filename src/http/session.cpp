#include "http/session.hpp"

#include "base/log.hpp"
#include "http/message_reader.hpp"
#include "http/server_tls.hpp"

#include <boost/asio/ssl/error.hpp>

#include <array>
#include <charconv>
#include <ctime>
#include <limits>

namespace berth::http {

namespace {

using boost::beast::flat_buffer;

/// The body of the request that is being served.
class session_body final : public request_body {
public:
    session_body(message_reader<true>& reader, transport& pipe, bool client_waits)
        : reader_{reader}, pipe_{pipe}, client_waits_{client_waits} {}

    std::optional<std::uint64_t> content_length() const override { return reader_.content_length(); }
    bool is_done() const { return reader_.is_done(); }

    /// What the handler left of it is so little, and sure to come, that reading it costs less than a new connection.
    bool is_nearly_done() const {
        constexpr std::uint64_t little = 64 * 1024;
        const auto left = reader_.remaining();
        return is_done() || (!client_waits_ && !broke_off_ && left && *left <= little);
    }

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        if (client_waits_ && !reader_.is_done()) {
            client_waits_ = false;
            constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            const auto error = co_await pipe_.write({asio::buffer(go_on), asio::const_buffer{}});
            if (error) throw body_error{"the client went away: " + error.message()};
        }
        auto [error, n] = co_await reader_.read_some(buffer);
        broke_off_ = error.failed();
        if (error) throw body_error{"the request's body broke off: " + error.message()};
        co_return n;
    }

private:
    message_reader<true>& reader_;
    transport& pipe_;
    bool broke_off_ = false;
    bool client_waits_;  // it sent "Expect: 100-continue" and holds its body back
};

// "Mon, 23 Nov 2026 18:17:41 GMT" (RFC 9110, 5.6.7). Valid until the thread's next call; a second has one text.
std::string_view http_date() {
    struct text {
        std::time_t of = -1;
        std::array<char, 40> bytes{};
        std::size_t size = 0;
    };
    thread_local text last;
    const std::time_t now = std::time(nullptr);
    if (now != last.of) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        last.size = std::strftime(last.bytes.data(), last.bytes.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        last.of = now;
    }
    return {last.bytes.data(), last.size};
}

std::uint64_t body_size(const response& answer) {
    if (const auto* text = std::get_if<std::string>(&answer.body)) return text->size();
    return std::get<stream_body>(answer.body).size_bytes;
}

void add_number(std::string& text, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text.append(digits.data(), end);
}

void add_field(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

std::string header_text(const response& answer, const fields& extra, bool keep_alive) {
    constexpr std::size_t usual_bytes = 768;
    std::string text;
    text.reserve(usual_bytes);
    text.append("HTTP/1.1 ");
    add_number(text, static_cast<unsigned>(answer.code));
    text.append(" ").append(obsolete_reason(answer.code)).append("\r\n");
    for (const auto& header : answer.headers) add_field(text, header.name_string(), header.value());
    for (const auto& header : extra)
        if (answer.headers.find(header.name_string()) == answer.headers.end())
            add_field(text, header.name_string(), header.value());
    add_field(text, "Date", http_date());
    // RFC 9110, 8.6: no Content-Length with 204; with 304 it would have to be the one of the 200.
    if (answer.code != status::no_content && answer.code != status::not_modified) {
        text.append("Content-Length: ");
        add_number(text, body_size(answer));
        text.append("\r\n");
    }
    if (!keep_alive) add_field(text, "Connection", "close");
    text += "\r\n";
    return text;
}

// Sends `source` after `header`; returns how many of its bytes went out, and false when the connection must end.
awaitable<bool> send_stream(transport& pipe, std::string header, async::byte_source& source, std::uint64_t size_bytes,
                            std::uint64_t& sent) {
    std::vector<char> scratch;
    while (sent < size_bytes) {
        const auto left = static_cast<std::size_t>(
            std::min<std::uint64_t>(std::numeric_limits<std::size_t>::max(), size_bytes - sent));
        const async::file_part part = co_await source.read_in_file(left);
        if (part.size_bytes != 0) {
            if (!header.empty() && co_await pipe.write({asio::buffer(header), asio::const_buffer{}})) co_return false;
            header.clear();
            if (co_await pipe.send_file(part)) co_return false;
            sent += part.size_bytes;
            continue;
        }
        const asio::const_buffer piece = co_await source.read_view(scratch, left);
        if (piece.size() == 0) throw std::runtime_error{"the source ended before its announced size"};
        if (co_await pipe.write({asio::buffer(header), piece})) co_return false;
        header.clear();
        sent += piece.size();
    }
    co_return true;
}

// Limits the next operation: who sends a byte now and then holds no connection for longer.
bool may_go_on_until(std::chrono::steady_clock::time_point deadline, transport& pipe) {
    const auto left = deadline - std::chrono::steady_clock::now();
    pipe.set_timeout(left);
    return left > std::chrono::steady_clock::duration::zero();
}

// Closing with unread bytes in the socket's buffer makes the kernel send a reset, which can destroy an answer that is
// still on its way, and many clients look for an answer only when they have sent all: so read, for some seconds, what
// comes.
awaitable<void> close_gently(transport& pipe) {
    error_code error;
    pipe.end_sending(error);
    if (error) co_return;
    std::array<char, 16'384> drain;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (may_go_on_until(deadline, pipe)) {
        auto [read_error, n] = co_await pipe.read_some(asio::buffer(drain));
        if (read_error || n == 0) co_return;
    }
}

// Reads the rest of a body that is nearly done; false when it does not come.
awaitable<bool> finish_body(transport& pipe, message_reader<true>& reader) {
    std::array<char, 4096> drain;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (!reader.is_done()) {
        if (!may_go_on_until(deadline, pipe)) co_return false;
        auto [error, n] = co_await reader.read_some(asio::buffer(drain));
        if (error) co_return false;
    }
    co_return true;
}

awaitable<void> refuse(transport& pipe, status code, std::string_view text) {
    response answer;
    answer.code = code;
    answer.headers.set(field::content_type, "text/plain; charset=utf-8");
    answer.body = std::string{text} + "\n";
    const std::string header = header_text(answer, {}, false);
    if (!co_await pipe.write({asio::buffer(header), asio::buffer(std::get<std::string>(answer.body))}))
        co_await close_gently(pipe);
}

// Answers what could not be read as a request, where there is somebody to answer.
awaitable<void> refuse_unreadable(transport& pipe, const message_reader<true>& reader, error_code error) {
    if (const auto& refused = reader.refused()) co_return co_await refuse(pipe, refused->code, refused->why);
    if (reader.looks_like_tls())
        co_return co_await refuse(pipe, status::bad_request, "This port speaks plain HTTP, not TLS.");
    if (error.category() != make_error_code(boost::beast::http::error::bad_method).category()) co_return;
    if (error == boost::beast::http::error::end_of_stream || error == boost::beast::http::error::partial_message)
        co_return;
    co_await refuse(pipe, status::bad_request, "This is no HTTP/1.1 request: " + error.message() + ".");
}

/// One exchange after its header was read. False: the connection ends.
awaitable<bool> serve_one(transport& pipe, message_reader<true>& reader, const http::peer& who,
                          const session_options& options, const handler& handler, const open_sessions& sessions) {
    const auto started = std::chrono::steady_clock::now();
    pipe.set_timeout(options.body_timeout);
    auto& message = reader.message();
    const bool expects = boost::beast::iequals(message[field::expect], "100-continue");
    session_body body{reader, pipe, expects};
    const unsigned version = message.version();
    request asked{message.method(),
                  std::string{message.method_string()},
                  std::string{message.target()},
                  version,
                  std::move(static_cast<fields&>(message.base())),
                  who,
                  body,
                  options.tls != nullptr,
                  pipe.peer_certificate_subject()};

    response answer = co_await handler(asked);

    // An unread body would be taken for the next request. The client may be in the middle of sending it, so the
    // connection ends instead of waiting for all of it, unless there is little left: who is to come back with
    // credentials need not come anew.
    // HTTP/1.0 has no keep-alive of its own.
    const bool keep_alive = version >= 11 && reader.keep_alive() && body.is_nearly_done() && !sessions.is_draining();
    std::string header = header_text(answer, options.extra_headers, keep_alive);
    const bool header_only = asked.method == verb::head || answer.code == status::no_content ||
                             answer.code == status::not_modified || body_size(answer) == 0;
    std::uint64_t sent = 0;
    bool intact = true;
    if (header_only) {
        intact = !co_await pipe.write({asio::buffer(header), asio::const_buffer{}});
    } else if (const auto* text = std::get_if<std::string>(&answer.body)) {
        intact = !co_await pipe.write({asio::buffer(header), asio::buffer(*text)});
        sent = text->size();
    } else {
        // No status can be changed any more once the header is out: a source that breaks ends the connection, and the
        // body that is too short tells the client.
        auto& stream = std::get<stream_body>(answer.body);
        std::string broke;
        try {
            intact = co_await send_stream(pipe, std::move(header), *stream.source, stream.size_bytes, sent);
        } catch (const std::exception& error) {
            broke = error.what();
        }
        if (!broke.empty()) {
            log::error("a body broke off", {{"error", broke},
                                            {"target", asked.target.substr(0, asked.target.find('?'))},
                                            {"sent", std::to_string(sent)}});
            intact = false;
        }
    }
    if (options.on_exchange)
        options.on_exchange({asked, answer.code, sent, std::chrono::steady_clock::now() - started});
    if (intact && !keep_alive) co_await close_gently(pipe);
    if (!intact || !keep_alive) co_return false;
    if (body.is_done()) co_return true;
    const bool finished = co_await finish_body(pipe, reader);
    co_return finished;
}

// The connection, once both sides agree on how its bytes go; null where they do not.
awaitable<std::unique_ptr<transport>> agree(stream_socket socket, const http::peer& who,
                                            const session_options& options) {
    if (!options.tls) co_return make_plain_transport(std::move(socket));
    const auto context = options.tls->context();
    tls_arrival arrival = co_await make_tls_server_transport(std::move(socket), *context, options.handshake_timeout);
    if (!arrival.error) co_return std::move(arrival.pipe);
    if (arrival.error == asio::error::operation_aborted) co_return nullptr;
    // Who only goes away is no news: whatever looks whether the port is open does so.
    const bool is_of_tls = arrival.error.category() == asio::error::get_ssl_category();
    log::write(is_of_tls ? log::level::info : log::level::debug, "a TLS handshake failed",
               {{"client", host_of(who)}, {"because", arrival.error.message()}});
    arrival.pipe->attach(co_await asio::this_coro::executor);
    if (arrival.is_plain_http)
        co_await refuse(*arrival.pipe, status::bad_request, "Client sent an HTTP request to an HTTPS server.");
    else
        co_await close_gently(*arrival.pipe);  // so that OpenSSL's word on what is wrong arrives
    co_return nullptr;
}

}  // namespace

awaitable<void> run_session(stream_socket socket, const session_options& options, const handler& handler,
                            open_sessions& sessions) {
    error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    const http::peer who = peer_of(socket);
    const auto pipe = co_await agree(std::move(socket), who, options);
    if (!pipe) co_return;
    const auto executor = co_await asio::this_coro::executor;
    pipe->attach(executor);
    open_sessions::place mine{sessions, executor, *pipe};
    flat_buffer buffer;
    for (bool go_on = true; go_on && mine.begins_to_wait();) {
        message_reader<true> reader{*pipe, buffer};
        pipe->set_timeout(options.keep_alive_timeout);
        const error_code error = co_await reader.read_header(options.header_timeout, [&mine] { mine.waits_no_more(); });
        if (error) co_return co_await refuse_unreadable(*pipe, reader, error);
        go_on = co_await serve_one(*pipe, reader, who, options, handler, sessions);
    }
}

}  // namespace berth::http
