#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <poll.h>
#include <stdexcept>
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

    /// Everything until the server closes. Throws std::runtime_error, as read_until() does, when nothing comes for a
    /// minute.
    std::string read_to_end() {
        std::string all;
        boost::system::error_code error;
        while (!error) all += read_some(4096, error);
        return all;
    }

    /// Bytes until `end` has arrived.
    std::string read_until(std::string_view end) {
        std::string all;
        boost::system::error_code error;
        while (!all.ends_with(end) && !error) all += read_some(1, error);
        if (error) throw boost::system::system_error{error, "after: " + all};
        return all;
    }

    /// True as soon as bytes have come, or the end.
    bool has_anything_within(std::chrono::milliseconds time) {
        pollfd asked{socket_.native_handle(), POLLIN, 0};
        return ::poll(&asked, 1, static_cast<int>(time.count())) == 1;
    }

    void close() { socket_.close(); }

private:
    std::string read_some(std::size_t at_most, boost::system::error_code& error) {
        if (!has_anything_within(std::chrono::minutes{1})) throw std::runtime_error{"nothing comes, and no end"};
        std::string bytes(at_most, '\0');
        bytes.resize(socket_.read_some(boost::asio::buffer(bytes), error));
        return bytes;
    }

    boost::asio::io_context context_;
    boost::asio::generic::stream_protocol::socket socket_;
};

}  // namespace berth::test
