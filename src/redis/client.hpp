#pragma once

#include "async/asio.hpp"
#include "http/address_book.hpp"
#include "http/idle_connections.hpp"
#include "http/origin.hpp"
#include "redis/protocol.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace berth::redis {

/// Redis cannot be reached, is silent, or refuses a command. Whether it has done any of the commands is unknown. The
/// text never holds what was sent.
class error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Redis does not do one of the commands, and would not if it were asked again: its memory is full, the key holds
/// something else, the user may not. It may have done the others.
class refused : public error {
public:
    using error::error;
};

/// As many connections as there may be are at work. It says nothing of redis.
class busy : public error {
public:
    busy() : error{"all connections are at work"} {}
};

/// A client of one redis, with a pool of connections. Thread-safe; commands run on their caller's executor.
class client {
public:
    using duration = std::chrono::steady_clock::duration;

    struct options {
        http::origin server;
        std::string user{};      ///< Empty: the one that redis calls default.
        std::string password{};  ///< Empty: none is sent.
        std::uint64_t database = 0;
        std::string client_name{};  ///< Shown by redis' CLIENT LIST; empty: none.
        duration connect_timeout = std::chrono::seconds{1};
        duration read_timeout = std::chrono::milliseconds{500};
        duration write_timeout = std::chrono::milliseconds{500};
        std::size_t max_connections = 64;
        std::size_t max_idle_connections = 16;
        duration max_idle_time = std::chrono::minutes{5};
        std::shared_ptr<asio::ssl::context> tls{};  ///< Where the server has TLS; its certificate is verified.
    };
    explicit client(options options);
    ~client();

    /// Sends all commands at once and returns their replies, in order; none of them is an error. They may be sent
    /// twice: only such as may be should be among them. Throws error, and refused where redis answers all the same;
    /// operation_aborted when it is cancelled.
    awaitable<std::vector<reply>> run(std::vector<command> commands);

    /// "redis.example:6379"
    std::string server() const;

private:
    class connection;
    class at_work;

    awaitable<std::unique_ptr<connection>> connect();
    std::vector<command> greeting() const;

    const options options_;
    http::address_book addresses_;
    http::idle_connections<connection> idle_;
    std::mutex mutex_;
    std::size_t at_work_ = 0;  // guarded by mutex_
};

}  // namespace berth::redis
