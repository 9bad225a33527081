#include "http/transport.hpp"

#include <algorithm>
#include <sys/sendfile.h>
#include <unistd.h>

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
    if (arrivals_ && n != 0) arrivals_->add();
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

awaitable<error_code> transport::send_file(async::file_part part) {
    error_code error;
    while (!error && part.size_bytes != 0) {
        watchdog_->expires_after(timeout_);
        auto [send_error, n] = co_await do_send_file_some(part);
        error = send_error;
        part.offset += n;
        part.size_bytes -= n;
    }
    watchdog_->pause();
    if (error == asio::error::operation_aborted && watchdog_->expired()) error = asio::error::timed_out;
    co_return error;
}

awaitable<std::tuple<error_code, std::size_t>> transport::do_send_file_some(const async::file_part& part) {
    constexpr std::size_t piece_bytes = 128 * 1024;
    const std::size_t wanted = std::min(piece_bytes, part.size_bytes);
    const auto piece = std::make_unique_for_overwrite<char[]>(wanted);
    const ssize_t n = ::pread(part.descriptor, piece.get(), wanted, static_cast<off_t>(part.offset));
    if (n < 0) co_return std::tuple{error_code{errno, boost::system::system_category()}, std::size_t{0}};
    if (n == 0) co_return std::tuple{error_code{asio::error::eof}, std::size_t{0}};
    co_return co_await do_write_some({asio::buffer(piece.get(), static_cast<std::size_t>(n)), asio::const_buffer{}});
}

void transport::end_sending(error_code& error) {
    socket().shutdown(stream_socket::shutdown_send, error);
}

bool transport::is_idle_and_open() {
    char byte;
    error_code error;
    socket().non_blocking(true, error);
    socket().receive(asio::buffer(&byte, 1), stream_socket::message_peek, error);
    return error == asio::error::would_block;
}

namespace {

class plain_transport final : public transport {
public:
    explicit plain_transport(stream_socket socket) : socket_{std::move(socket)} {}
    stream_socket& socket() override { return socket_; }

private:
    awaitable<std::tuple<error_code, std::size_t>> do_read_some(asio::mutable_buffer buffer) override {
        return socket_.async_read_some(buffer, as_tuple);
    }
    awaitable<std::tuple<error_code, std::size_t>> do_write_some(
        const std::array<asio::const_buffer, 2>& buffers) override {
        return socket_.async_write_some(buffers, as_tuple);
    }
    awaitable<std::tuple<error_code, std::size_t>> do_send_file_some(const async::file_part& part) override {
        error_code error;
        socket_.native_non_blocking(true, error);
        for (;;) {
            off_t offset = static_cast<off_t>(part.offset);
            const ssize_t n = ::sendfile(socket_.native_handle(), part.descriptor, &offset, part.size_bytes);
            if (n > 0) co_return std::tuple{error_code{}, static_cast<std::size_t>(n)};
            if (n == 0) co_return std::tuple{error_code{asio::error::eof}, std::size_t{0}};
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                co_return std::tuple{error_code{errno, boost::system::system_category()}, std::size_t{0}};
            auto [wait_error] = co_await socket_.async_wait(stream_socket::wait_write, as_tuple);
            if (wait_error) co_return std::tuple{wait_error, std::size_t{0}};
        }
    }

    stream_socket socket_;
};

}  // namespace

std::unique_ptr<transport> make_plain_transport(stream_socket socket) {
    return std::make_unique<plain_transport>(std::move(socket));
}

}  // namespace berth::http
