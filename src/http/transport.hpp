#pragma once

#include "async/asio.hpp"
#include "async/byte_source.hpp"
#include "async/watchdog.hpp"
#include "base/counter.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <tuple>

namespace boost::asio::ssl {
class context;
}

namespace berth::http {

using tcp = asio::ip::tcp;
/// Of TCP, or a unix socket: a tcp::socket becomes one by a move.
using stream_socket = asio::generic::stream_protocol::socket;

/// A connected byte pipe, plain or TLS: the one place where the two differ. One operation at a time. Every
/// operation has a time limit: without progress for that long it ends with asio::error::timed_out.
class transport {
public:
    virtual ~transport() = default;

    /// As async_read_some, limited in time. 0 bytes and asio::error::eof at the peer's orderly end.
    awaitable<std::tuple<error_code, std::size_t>> read_some(asio::mutable_buffer buffer);
    /// All of both buffers, limited in time.
    awaitable<error_code> write(std::array<asio::const_buffer, 2> buffers);
    /// All of the part, limited in time; from the file's pages where the pipe can. A file that has become shorter
    /// is asio::error::eof.
    awaitable<error_code> send_file(async::file_part part);

    void set_timeout(std::chrono::steady_clock::duration timeout) { timeout_ = timeout; }

    /// Counts the reads that bring something. Lifetime: the counter outlives the transport.
    void count_arrivals_in(counter& arrivals) { arrivals_ = &arrivals; }

    /// Says on which executor the next operations run: a pooled connection serves callers on different ones.
    void attach(asio::any_io_executor executor);
    void detach() { watchdog_.reset(); }

    virtual stream_socket& socket() = 0;

    /// The common name in the peer's certificate, where it has shown one that was verified.
    virtual std::optional<std::string> peer_certificate_subject() const { return std::nullopt; }

    /// Tells the peer that nothing more comes. Bytes may still arrive.
    virtual void end_sending(error_code& error);

    /// True while the peer has neither closed nor sent anything: an idle connection that can be used again.
    bool is_idle_and_open();

protected:
    virtual awaitable<std::tuple<error_code, std::size_t>> do_read_some(asio::mutable_buffer buffer) = 0;
    virtual awaitable<std::tuple<error_code, std::size_t>> do_write_some(
        const std::array<asio::const_buffer, 2>& buffers) = 0;
    /// Here by way of a buffer.
    virtual awaitable<std::tuple<error_code, std::size_t>> do_send_file_some(const async::file_part& part);

private:
    std::optional<async::watchdog> watchdog_;
    std::chrono::steady_clock::duration timeout_ = std::chrono::seconds{30};
    counter* arrivals_ = nullptr;
};

std::unique_ptr<transport> make_plain_transport(stream_socket socket);

/// Does the TLS handshake as a client, checks the server's name where `verify` says so. Throws
/// boost::system::system_error. Lifetime: `context` outlives the transport.
awaitable<std::unique_ptr<transport>> make_tls_client_transport(stream_socket socket, asio::ssl::context& context,
                                                                std::string host, bool verify,
                                                                std::chrono::steady_clock::duration timeout);

/// What came of a client's TLS handshake.
struct tls_arrival {
    error_code error;
    /// Never null. After an error it is the plain connection, which is good for a last word.
    std::unique_ptr<transport> pipe;
    bool is_plain_http = false;  ///< The error is that the client sent an HTTP request.
};

/// Does the TLS handshake as a server. Lifetime: `context` outlives the handshake.
awaitable<tls_arrival> make_tls_server_transport(stream_socket socket, asio::ssl::context& context,
                                                 std::chrono::steady_clock::duration timeout);

}  // namespace berth::http
