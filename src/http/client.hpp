#pragma once

#include "async/byte_source.hpp"
#include "base/counter.hpp"
#include "http/address_book.hpp"
#include "http/idle_connections.hpp"
#include "http/message.hpp"
#include "http/transport_error.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace boost::asio::ssl {
class context;
}

namespace berth::http {

/// A request whose body, if any, is in memory, so that it can be sent again.
struct client_request {
    verb method = verb::get;
    std::string target;       ///< Path and query, percent-encoded.
    fields headers;           ///< Host and Content-Length are added when absent.
    std::string_view body{};  ///< Lifetime: outlives send().
    /// The most that may pass without one byte going either way.
    std::chrono::steady_clock::duration idle_timeout = std::chrono::seconds{30};
};

class connection;

/// What clients have sent and got since the start. Thread-safe.
struct client_traffic {
    counter connections_opened, connections_closed;
    counter requests;        ///< Those that were sent again count again.
    counter arrivals;        ///< How often something came from a server: each time a sign that it is there.
    counter sent_bytes;      ///< Of bodies.
    counter received_bytes;  ///< Of bodies, as far as somebody has read them.
};

/// An answer whose header has arrived. Read its body to the end and the connection goes back to the pool; destroy it
/// before and the connection is closed.
class client_response final : public async::byte_source {
public:
    http::status code = http::status::unknown;
    fields headers;
    /// What Content-Length says; nothing for a chunked answer.
    std::optional<std::uint64_t> content_length;

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override;
    /// From here on, the most that may pass without a byte.
    void set_idle_timeout(std::chrono::steady_clock::duration timeout);

    client_response(client_response&&) noexcept;
    client_response& operator=(client_response&&) noexcept;
    ~client_response() override;

private:
    friend class client;
    explicit client_response(std::unique_ptr<connection> c, std::function<void(std::unique_ptr<connection>)> give_back);

    std::unique_ptr<connection> connection_;
    std::function<void(std::unique_ptr<connection>)> give_back_;
    client_traffic* traffic_ = nullptr;
};

/// An HTTP/1.1 client of one server with a pool of kept-alive connections. Thread-safe; each exchange runs on its
/// caller's executor. Connections are borrowed by one exchange at a time, those that were made on its executor, the
/// newest first; new ones are spread over all addresses of the server.
///
/// Lifetime: outlives its responses.
class client {
public:
    struct options {
        origin server;
        std::size_t max_idle_connections = 128;
        std::chrono::steady_clock::duration connect_timeout = std::chrono::seconds{5};
        /// An idle connection older than this is closed instead of used: servers hang up at their own time.
        std::chrono::steady_clock::duration max_idle_time = std::chrono::seconds{15};
        bool verify_certificate = true;
        client_traffic* traffic = nullptr;  ///< Where to count; may be null. Lifetime: outlives the client.
    };

    explicit client(options options);
    ~client();

    /// Sends and returns once the answer's header is there (1xx skipped). Throws transport_error. A pooled connection
    /// that turns out to be closed before one byte of the answer is replaced by a new one, once, in silence: so a
    /// server may have seen the request twice, and only idempotent requests should be sent.
    /// `fresh_connection`: never a pooled one, as a retry after an error wants.
    awaitable<client_response> send(const client_request& request, bool fresh_connection = false);

    const origin& server() const { return options_.server; }

private:
    void give_back(std::unique_ptr<connection> c);
    awaitable<std::unique_ptr<connection>> connect();
    boost::asio::ssl::context& tls_context();

    const options options_;
    address_book addresses_;
    idle_connections<connection> idle_;
    std::mutex mutex_;
    std::unique_ptr<boost::asio::ssl::context> tls_;  // guarded by mutex_ until it is there
};

}  // namespace berth::http
