#include "http/server.hpp"

#include "base/log.hpp"
#include "http/peer.hpp"
#include "http/session.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>

#include <netinet/tcp.h>
#include <string_view>
#include <sys/socket.h>

namespace berth::http {

namespace {

using asio::ip::tcp;

tcp::endpoint endpoint_of(const asio::any_io_executor& executor, const std::string& host, std::uint16_t port) {
    if (host.empty()) return {tcp::v6(), port};
    error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) return {address, port};
    tcp::resolver resolver{executor};
    return resolver.resolve(host, std::to_string(port)).begin()->endpoint();
}

// Within a machine nothing is ever congested. What suits the machine's network may pace all it sends (BBR does), which
// costs most of the processor time of a pull over loopback, and half its speed. Reno paces nothing, and every kernel
// has it. Connections inherit it; one that began with another control would go on pacing.
void use_simple_congestion_control(stream_acceptor& acceptor) {
    constexpr std::string_view name = "reno";
    ::setsockopt(acceptor.native_handle(), IPPROTO_TCP, TCP_CONGESTION, name.data(), name.size());
}

}  // namespace

server::server(async::io_runtime& runtime, session_options options, handler handler)
    : runtime_{runtime},
      options_{std::move(options)},
      handler_{std::move(handler)},
      acceptor_{runtime.next_executor()} {}

tcp::endpoint server::listen(const std::string& host, std::uint16_t port) {
    tcp::endpoint endpoint = endpoint_of(acceptor_.get_executor(), host, port);
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (error == asio::error::address_family_not_supported && host.empty()) {
        endpoint = {tcp::v4(), port};  // a machine without IPv6
        acceptor_.open(endpoint.protocol());
    } else if (error) {
        throw boost::system::system_error{error};
    }
    acceptor_.set_option(stream_acceptor::reuse_address{true});
    if (host.empty() && endpoint.protocol() == tcp::v6()) acceptor_.set_option(asio::ip::v6_only{false});
    acceptor_.bind(endpoint);
    if (endpoint.address().is_loopback()) use_simple_congestion_control(acceptor_);
    acceptor_.listen();
    return as_peer(acceptor_.local_endpoint()).value();
}

void server::listen_at(const std::string& path) {
    file_.emplace(acceptor_, path);
    acceptor_.listen();
}

void server::start() {
    listeners_.spawn(acceptor_.get_executor(), accept_loop());
}

awaitable<void> server::accept_loop() {
    for (;;) {
        if (options_.max_sessions != 0) co_await wait_for_room();
        const auto executor = runtime_.next_executor();
        auto [error, socket] = co_await acceptor_.async_accept(executor, as_tuple);
        if (error == asio::error::operation_aborted) co_return;
        if (error) {
            // Out of descriptors, mostly. Wait for sessions to end instead of spinning.
            log::warn("cannot accept a connection", {{"error", error.message()}});
            asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{100}};
            co_await timer.async_wait(as_tuple);
            continue;
        }
        sessions_.spawn(executor, run_session(std::move(socket), options_, handler_, open_));
    }
}

// Returns when somebody wants a session and there may be one more.
awaitable<void> server::wait_for_room() {
    constexpr std::chrono::seconds moment{1};
    co_await acceptor_.async_wait(stream_acceptor::wait_read, as_tuple);
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (sessions_.size() >= options_.max_sessions) {
        open_.end_one_that_waits(moment);
        timer.expires_after(std::chrono::milliseconds{10});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<bool> server::stop(std::chrono::steady_clock::duration grace) {
    listeners_.cancel();
    co_await listeners_.wait(std::chrono::seconds{1});
    error_code ignored;
    acceptor_.close(ignored);  // new connections are refused from here on
    file_.reset();
    open_.drain();
    const auto deadline = std::chrono::steady_clock::now() + grace;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (sessions_.size() != 0 && std::chrono::steady_clock::now() < deadline) {
        timer.expires_after(std::chrono::milliseconds{5});
        co_await timer.async_wait(as_tuple);
    }
    sessions_.cancel();
    const bool ended = co_await sessions_.wait(std::chrono::seconds{5});
    if (!ended) log::warn("connections did not end in time", {{"connections", std::to_string(sessions_.size())}});
    co_return ended;
}

}  // namespace berth::http
