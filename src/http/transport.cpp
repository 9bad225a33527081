#include "http/transport.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>

#include <algorithm>

namespace berth::http {

void transport::attach(asio::any_io_executor executor) {
    watchdog_.emplace(std::move(executor), [this] {
        error_code ignored;
        socket().cancel(ignored);
    });
}

awaitable<std::tuple<error_code, std::size_t>> transport::read_some(asio::mutable_buffer buffer) {
    watchdog_->expires_after(timeout_);
    auto [error, n] = co_await do_read_some(buffer);
    watchdog_->pause();
    if (error == asio::error::operation_aborted && watchdog_->expired()) error = asio::error::timed_out;
    co_return std::tuple{error, n};
}

awaitable<error_code> transport::write(std::array<asio::const_buffer, 2> buffers) {
    error_code error;
    while (!error && asio::buffer_size(buffers) != 0) {
        watchdog_->expires_after(timeout_);  // every byte that leaves moves the deadline
        auto [write_error, n] = co_await do_write_some(buffers);
        error = write_error;
        for (auto& buffer : buffers) {
            const std::size_t written = std::min(n, buffer.size());
            buffer += written;
            n -= written;
        }
    }
    watchdog_->pause();
    if (error == asio::error::operation_aborted && watchdog_->expired()) error = asio::error::timed_out;
    co_return error;
}

bool transport::is_idle_and_open() {
    char byte;
    error_code error;
    socket().non_blocking(true, error);
    socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
    return error == asio::error::would_block;
}

namespace {

class plain_transport final : public transport {
public:
    explicit plain_transport(tcp::socket socket) : socket_{std::move(socket)} {}
    tcp::socket& socket() override { return socket_; }

private:
    awaitable<std::tuple<error_code, std::size_t>> do_read_some(asio::mutable_buffer buffer) override {
        return socket_.async_read_some(buffer, as_tuple);
    }
    awaitable<std::tuple<error_code, std::size_t>> do_write_some(
        const std::array<asio::const_buffer, 2>& buffers) override {
        return socket_.async_write_some(buffers, as_tuple);
    }

    tcp::socket socket_;
};

class tls_transport final : public transport {
public:
    tls_transport(tcp::socket socket, asio::ssl::context& context) : stream_{std::move(socket), context} {}
    tcp::socket& socket() override { return stream_.next_layer(); }
    asio::ssl::stream<tcp::socket>& stream() { return stream_; }

private:
    awaitable<std::tuple<error_code, std::size_t>> do_read_some(asio::mutable_buffer buffer) override {
        return stream_.async_read_some(buffer, as_tuple);
    }
    awaitable<std::tuple<error_code, std::size_t>> do_write_some(
        const std::array<asio::const_buffer, 2>& buffers) override {
        return stream_.async_write_some(buffers, as_tuple);
    }

    asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<transport> make_plain_transport(tcp::socket socket) {
    return std::make_unique<plain_transport>(std::move(socket));
}

awaitable<std::unique_ptr<transport>> make_tls_client_transport(tcp::socket socket, asio::ssl::context& context,
                                                                std::string host, bool verify,
                                                                std::chrono::steady_clock::duration timeout) {
    auto transport = std::make_unique<tls_transport>(std::move(socket), context);
    auto& stream = transport->stream();
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    // RFC 6066: the server name indication carries names, never addresses.
    if (not_an_address) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
    stream.set_verify_mode(verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
    if (verify) stream.set_verify_callback(asio::ssl::host_name_verification{host});

    async::watchdog watchdog{co_await asio::this_coro::executor, [&stream] {
                                 error_code ignored;
                                 stream.next_layer().cancel(ignored);
                             }};
    watchdog.expires_after(timeout);
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_tuple);
    if (error == asio::error::operation_aborted && watchdog.expired()) error = asio::error::timed_out;
    if (error) throw boost::system::system_error{error};
    co_return transport;
}

}  // namespace berth::http
