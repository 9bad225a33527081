#pragma once

#include "http/server.hpp"

#include <future>
#include <thread>

namespace berth::test {

/// An http::server on 127.0.0.1 and a port of its own choice, running on threads of its own until it goes.
class test_server {
public:
    explicit test_server(http::handler handler, http::session_options options = {})
        : server_{runtime_, std::move(options), std::move(handler)}, port_{server_.listen("127.0.0.1", 0).port()} {
        server_.start();
        thread_ = std::jthread{[this] { runtime_.run(); }};
    }

    ~test_server() {
        std::promise<void> stopped;
        auto stop = [](http::server& server) -> awaitable<void> { co_await server.stop(std::chrono::seconds{0}); };
        asio::co_spawn(runtime_.next_executor(), stop(server_), [&](std::exception_ptr) { stopped.set_value(); });
        stopped.get_future().wait();
        runtime_.stop();
    }

    std::uint16_t port() const { return port_; }

private:
    async::io_runtime runtime_{2};
    http::server server_;
    std::uint16_t port_;
    std::jthread thread_;
};

}  // namespace berth::test
