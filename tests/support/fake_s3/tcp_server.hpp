#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace berth::test::s3 {

using boost::asio::ip::tcp;

/// Listens on 127.0.0.1 and runs one conversation per connection, each on a thread of its own, with blocking
/// calls.
class tcp_server {
public:
    /// `connection` counts from 1. The connection ends when this returns. Must not throw.
    using conversation = std::function<void(tcp::socket&, unsigned connection)>;

    explicit tcp_server(conversation talk) : talk_{std::move(talk)} {}
    ~tcp_server() { stop(); }
    tcp_server(const tcp_server&) = delete;
    tcp_server& operator=(const tcp_server&) = delete;

    /// Takes a free port the first time, and the same one ever after.
    void start();
    /// Ends all conversations: their calls fail. Returns when the last has returned.
    void stop();

    std::uint16_t port() const { return port_; }
    /// Returns after `time`, or when the server is being stopped.
    void sleep(std::chrono::milliseconds time);

private:
    void accept();
    void run(tcp::socket socket, unsigned connection);

    const conversation talk_;
    boost::asio::io_context context_;
    tcp::acceptor acceptor_{context_};
    std::uint16_t port_ = 0;
    std::thread accepting_;

    std::mutex mutex_;
    std::condition_variable stopping_changed_;
    bool stopping_ = true;  // guarded by mutex_, as the rest
    unsigned connections_ = 0;
    std::set<int> open_;                // descriptors, to be shut down
    std::vector<std::thread> threads_;  // one per connection, ended ones too
};

}  // namespace berth::test::s3
