#include "http/client.hpp"

#include "http/connection.hpp"
#include "http/dial.hpp"

#include <boost/asio/ssl/context.hpp>

namespace berth::http {

namespace {

// GET /bucket/key HTTP/1.1
// Host: 127.0.0.1:7480
// ...
std::string header_text(const client_request& request, const origin& server) {
    std::string text{to_string(request.method)};
    text += " " + request.target + " HTTP/1.1\r\n";
    if (request.headers.find(field::host) == request.headers.end()) {
        const bool default_port = server.port == (server.tls ? 443 : 80);
        text += "Host: " + (default_port ? server.host : describe(server)) + "\r\n";
    }
    for (const auto& header : request.headers) {
        text += header.name_string();
        text += ": ";
        text += header.value();
        text += "\r\n";
    }
    const bool may_have_body = request.method != verb::get && request.method != verb::head;
    if (may_have_body && request.headers.find(field::content_length) == request.headers.end())
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    text += "\r\n";
    return text;
}

}  // namespace

client_response::client_response(std::unique_ptr<connection> c,
                                 std::function<void(std::unique_ptr<connection>)> give_back)
    : connection_{std::move(c)}, give_back_{std::move(give_back)} {}
client_response::client_response(client_response&&) noexcept = default;
client_response& client_response::operator=(client_response&&) noexcept = default;
client_response::~client_response() = default;

awaitable<std::size_t> client_response::read_some(asio::mutable_buffer buffer) {
    if (!connection_) co_return 0;
    auto [error, n] = co_await connection_->reader().read_some(buffer);
    if (error) {
        connection_.reset();
        throw transport_error{"the answer broke off: " + error.message(), error == asio::error::timed_out};
    }
    if (traffic_) traffic_->received_bytes.add(n);
    if (connection_->reader().is_done()) give_back_(std::move(connection_));
    co_return n;
}

void client_response::set_idle_timeout(std::chrono::steady_clock::duration timeout) {
    if (connection_) connection_->pipe().set_timeout(timeout);
}

client::client(options options)
    : options_{std::move(options)},
      addresses_{options_.server},
      idle_{options_.max_idle_connections, options_.max_idle_time} {}
client::~client() = default;

void client::give_back(std::unique_ptr<connection> c) {
    c->pipe().detach();
    if (c->is_reusable()) idle_.put(std::move(c));
}

asio::ssl::context& client::tls_context() {
    const std::lock_guard lock{mutex_};
    if (!tls_) {
        tls_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
        trust_the_system(*tls_);
    }
    return *tls_;
}

awaitable<std::unique_ptr<connection>> client::connect() {
    asio::ssl::context* const tls = options_.server.tls ? &tls_context() : nullptr;
    auto pipe = co_await dial(addresses_, options_.server, tls, options_.verify_certificate, options_.connect_timeout);
    co_return std::make_unique<connection>(std::move(pipe), options_.traffic);
}

awaitable<client_response> client::send(const client_request& request, bool fresh_connection) {
    const std::string header = header_text(request, options_.server);
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        std::unique_ptr<connection> c;
        if (!fresh_connection) c = idle_.take(executor);
        const bool pooled = c != nullptr;
        if (!pooled) c = co_await connect();
        c->pipe().attach(executor);
        c->pipe().set_timeout(request.idle_timeout);

        if (options_.traffic) {
            c->pipe().count_arrivals_in(options_.traffic->arrivals);
            options_.traffic->requests.add();
            options_.traffic->sent_bytes.add(request.body.size());
        }
        error_code error = co_await c->pipe().write({asio::buffer(header), asio::buffer(request.body)});
        // A server may answer before it has read the whole body (an error), and then close: look for that answer.
        const bool write_failed = error.failed();
        bool skip_interim = true;
        while (skip_interim) {
            auto& reader = c->start_message();
            if (request.method == verb::head) reader.expect_no_body();
            error = co_await reader.read_header();
            skip_interim = !error && reader.message().result_int() / 100 == 1;
        }
        if (error) {
            const bool closed_while_idle = error == boost::beast::http::error::end_of_stream ||
                                           error == asio::error::connection_reset || error == asio::error::broken_pipe;
            if (pooled && closed_while_idle) {
                fresh_connection = true;
                continue;
            }
            fail(options_.server, write_failed ? "cannot send to" : "no answer from", error);
        }

        auto& message = c->reader().message();
        // A connection on which half of a request is stuck serves no other one.
        client_response response{nullptr, [this, write_failed](std::unique_ptr<connection> done) {
                                     if (!write_failed) give_back(std::move(done));
                                 }};
        response.traffic_ = options_.traffic;
        response.code = message.result();
        response.headers = std::move(static_cast<fields&>(message.base()));
        response.content_length = c->reader().content_length();
        if (c->reader().is_done()) {
            response.give_back_(std::move(c));
        } else {
            response.connection_ = std::move(c);
        }
        co_return response;
    }
}

}  // namespace berth::http
