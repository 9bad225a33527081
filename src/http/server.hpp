#pragma once

#include "async/io_runtime.hpp"
#include "async/task_group.hpp"
#include "http/message.hpp"
#include "http/open_sessions.hpp"
#include "http/socket_file.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace berth::http {

class server_tls;

/// What happened in one exchange, for the access log and metrics.
struct exchange_record {
    const request& asked;
    http::status code;
    std::uint64_t body_bytes_sent;
    std::chrono::steady_clock::duration took;
};

/// How sessions behave; see session.hpp.
struct session_options {
    /// At a time; 0: no limit. A client for whom there is no room waits to be accepted, and those that have waited for
    /// a request for more than a moment make room.
    std::size_t max_sessions = 0;
    /// From accepting, or from the end of the last answer, to the first byte of a request.
    std::chrono::steady_clock::duration keep_alive_timeout = std::chrono::seconds{120};
    /// From the first byte of a request to the end of its header.
    std::chrono::steady_clock::duration header_timeout = std::chrono::seconds{30};
    /// From one byte of a body, in either direction, to the next. docker compresses while it sends.
    std::chrono::steady_clock::duration body_timeout = std::chrono::minutes{5};
    /// From accepting to the end of a TLS handshake.
    std::chrono::steady_clock::duration handshake_timeout = std::chrono::seconds{10};
    /// What TLS is spoken with; null: plain HTTP is spoken. Lifetime: outlives the server.
    const server_tls* tls = nullptr;
    /// Added to every answer that does not set them itself.
    fields extra_headers;
    /// Called at the end of each exchange; may be empty.
    std::function<void(const exchange_record&)> on_exchange;
};

/// An HTTP/1.1 server: one listener, a session per connection, dealt out to the threads of the runtime. Thread-safe.
///
/// Lifetime: outlives its sessions: stop() must have been awaited before the destructor runs. `runtime` and what
/// `handler` refers to outlive the server.
class server {
public:
    server(async::io_runtime& runtime, session_options options, handler handler);

    /// Binds and listens. An empty host means every address, IPv6 and IPv4. Throws boost::system::system_error.
    asio::ip::tcp::endpoint listen(const std::string& host, std::uint16_t port);
    /// The same on a unix socket; see socket_file.hpp for what it throws and does with what is there.
    void listen_at(const std::string& path);
    /// Starts to accept.
    void start();
    /// Stops accepting, ends connections that wait for a request, and the others with the answer they are at; cancels
    /// what has not ended within `grace`. False when a session did not end.
    awaitable<bool> stop(std::chrono::steady_clock::duration grace);

private:
    awaitable<void> accept_loop();
    awaitable<void> wait_for_room();

    async::io_runtime& runtime_;
    const session_options options_;
    const handler handler_;
    std::optional<socket_file> file_;  // goes after what listens there
    stream_acceptor acceptor_;
    async::task_group listeners_;
    async::task_group sessions_;
    open_sessions open_;
};

}  // namespace berth::http
