#include "http/transport.hpp"

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

}  // namespace

std::unique_ptr<transport> make_plain_transport(tcp::socket socket) {
    return std::make_unique<plain_transport>(std::move(socket));
}

}  // namespace berth::http
