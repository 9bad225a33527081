#include "support/fake_s3/tcp_server.hpp"

#include <sys/socket.h>

namespace berth::test::s3 {

void tcp_server::start() {
    acceptor_.open(tcp::v4());
    acceptor_.set_option(tcp::acceptor::reuse_address{true});
    acceptor_.bind({boost::asio::ip::address_v4::loopback(), port_});
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    {
        const std::lock_guard lock{mutex_};
        stopping_ = false;
    }
    accepting_ = std::thread{[this] { accept(); }};
}

void tcp_server::stop() {
    if (!accepting_.joinable()) return;
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    stopping_changed_.notify_all();
    // Shutting down, unlike closing, wakes the thread that waits, and leaves it its descriptor.
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepting_.join();
    acceptor_.close();
    {
        const std::lock_guard lock{mutex_};
        for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void tcp_server::sleep(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    stopping_changed_.wait_for(lock, time, [this] { return stopping_; });
}

void tcp_server::accept() {
    for (;;) {
        tcp::socket socket{context_};
        boost::system::error_code failed;
        acceptor_.accept(socket, failed);
        const std::lock_guard lock{mutex_};
        if (stopping_) return;
        if (failed) continue;
        socket.set_option(tcp::no_delay{true}, failed);
        open_.insert(socket.native_handle());
        threads_.emplace_back([this, s = std::move(socket), n = ++connections_]() mutable { run(std::move(s), n); });
    }
}

void tcp_server::run(tcp::socket socket, unsigned connection) {
    talk_(socket, connection);
    // The descriptor's number may be given to another connection as soon as it is closed.
    const std::lock_guard lock{mutex_};
    open_.erase(socket.native_handle());
    boost::system::error_code ignored;
    socket.close(ignored);
}

}  // namespace berth::test::s3
