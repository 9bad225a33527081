#include "http/client.hpp"

#include "http/connection.hpp"

#include <boost/asio/ssl/context.hpp>

#include <algorithm>

namespace berth::http {

namespace {

std::string describe(const origin& server) {
    const bool ipv6 = server.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

[[noreturn]] void fail(const origin& server, std::string_view what, const error_code& error) {
    throw transport_error{std::string{what} + " " + describe(server) + ": " + error.message(),
                          error == asio::error::timed_out};
}

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

awaitable<tcp::socket> open_socket(address_book& addresses, const origin& server,
                                   std::chrono::steady_clock::duration timeout) {
    std::vector<tcp::endpoint> endpoints;
    error_code last = asio::error::host_not_found;
    try {
        endpoints = co_await addresses.in_turn();
    } catch (const boost::system::system_error& failure) {
        if (failure.code() == asio::error::operation_aborted) throw;
        last = failure.code();
    }
    if (endpoints.empty()) fail(server, "cannot resolve the name of", last);
    const auto executor = co_await asio::this_coro::executor;
    for (const auto& endpoint : endpoints) {
        tcp::socket socket{executor};
        async::watchdog watchdog{executor, [&socket] {
                                     error_code ignored;
                                     socket.close(ignored);
                                 }};
        watchdog.expires_after(timeout);
        auto [error] = co_await socket.async_connect(endpoint, as_tuple);
        if (!error) {
            socket.set_option(tcp::no_delay{true}, error);
            co_return socket;
        }
        if (error == asio::error::operation_aborted && !watchdog.expired()) throw boost::system::system_error{error};
        last = watchdog.expired() ? error_code{asio::error::timed_out} : error;
        addresses.failed(endpoint);
    }
    fail(server, "cannot connect to", last);
}

// The file of certificates differs between distributions, and a container image may hold any of them.
void trust_the_system(asio::ssl::context& context) {
    error_code ignored;
    context.set_default_verify_paths(ignored);
    for (const char* file :
         {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}) {
        error_code error;
        context.load_verify_file(file, error);
        if (!error) return;
    }
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

client::client(options options) : options_{std::move(options)}, addresses_{options_.server} {}
client::~client() = default;

std::unique_ptr<connection> client::take_idle(const asio::any_io_executor& executor) {
    std::vector<std::unique_ptr<connection>> too_old;  // closed outside the lock
    const std::lock_guard lock{mutex_};
    const auto oldest = std::chrono::steady_clock::now() - options_.max_idle_time;
    while (!idle_.empty() && idle_.front()->idle_since < oldest) {
        too_old.push_back(std::move(idle_.front()));
        idle_.erase(idle_.begin());
    }
    for (std::size_t i = idle_.size(); i-- > 0;) {
        // A connection works on any executor, but on that of another thread each operation costs a hop to it.
        const auto made_on = idle_[i]->pipe().socket().get_executor();
        if (&asio::query(made_on, asio::execution::context) != &asio::query(executor, asio::execution::context))
            continue;
        auto c = std::move(idle_[i]);
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
        if (c->pipe().is_idle_and_open()) return c;
        too_old.push_back(std::move(c));
    }
    return nullptr;
}

void client::give_back(std::unique_ptr<connection> c) {
    c->pipe().detach();
    if (!c->is_reusable()) return;
    c->idle_since = std::chrono::steady_clock::now();
    const std::lock_guard lock{mutex_};
    if (idle_.size() < options_.max_idle_connections) idle_.push_back(std::move(c));
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
    auto socket = co_await open_socket(addresses_, options_.server, options_.connect_timeout);
    if (!options_.server.tls)
        co_return std::make_unique<connection>(make_plain_transport(std::move(socket)), options_.traffic);

    std::unique_ptr<transport> pipe;
    error_code error;
    try {
        pipe = co_await make_tls_client_transport(std::move(socket), tls_context(), options_.server.host,
                                                  options_.verify_certificate, options_.connect_timeout);
    } catch (const boost::system::system_error& failure) {
        error = failure.code();
    }
    if (error) fail(options_.server, "cannot agree on TLS with", error);
    co_return std::make_unique<connection>(std::move(pipe), options_.traffic);
}

awaitable<client_response> client::send(const client_request& request, bool fresh_connection) {
    const std::string header = header_text(request, options_.server);
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        std::unique_ptr<connection> c;
        if (!fresh_connection) c = take_idle(executor);
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
