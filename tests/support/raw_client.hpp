#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <poll.h>
#include <string>
#include <string_view>

namespace berth::test {

/// A blocking connection that sends bytes as they stand: for requests no proper client would make.
class raw_client {
public:
    explicit raw_client(std::uint16_t port) : socket_{context_} {
        socket_.connect(boost::asio::ip::tcp::endpoint{boost::asio::ip::make_address("127.0.0.1"), port});
    }
    explicit raw_client(const std::string& socket_file) : socket_{context_} {
        socket_.connect(boost::asio::local::stream_protocol::endpoint{socket_file});
    }

    void send(std::string_view bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

    /// The same where the server may close: returns how much went out.
    std::size_t try_send(std::string_view bytes, boost::system::error_code& error) {
        return boost::asio::write(socket_, boost::asio::buffer(bytes), error);
    }

    /// Everything until the server closes.
    std::string read_to_end() {
        std::string all;
        boost::system::error_code error;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(all), error);
        return all;
    }

    /// Bytes until `end` has arrived.
    std::string read_until(std::string_view end) {
        std::string all;
        char byte;
        while (!all.ends_with(end) && boost::asio::read(socket_, boost::asio::buffer(&byte, 1)) == 1)
            all.push_back(byte);
        return all;
    }

    /// True as soon as bytes have come, or the end.
    bool has_anything_within(std::chrono::milliseconds time) {
        pollfd asked{socket_.native_handle(), POLLIN, 0};
        return ::poll(&asked, 1, static_cast<int>(time.count())) == 1;
    }

    void close() { socket_.close(); }

private:
    boost::asio::io_context context_;
    boost::asio::generic::stream_protocol::socket socket_;
};

}  // namespace berth::test
