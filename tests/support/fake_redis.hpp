#pragma once

#include "redis/protocol.hpp"
#include "support/fake_s3/tcp_server.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::test {

/// A small redis on 127.0.0.1: the commands that are sent to it, texts, hashes and sets, without ends of life. It can
/// be away, silent, talk nonsense, or refuse to change anything. Thread-safe.
class fake_redis {
public:
    explicit fake_redis(std::string password = "") : password_{std::move(password)} { server_.start(); }
    ~fake_redis() { server_.stop(); }

    std::uint16_t port() const { return server_.port(); }
    std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

    /// Closes all connections, and takes none until come_back().
    void go_away() { server_.stop(); }
    void come_back() { server_.start(); }

    enum class mood { usual, silent, nonsense, readonly };
    void be(mood how);

    /// What it was sent, "GET key", without greetings.
    std::vector<std::string> heard() const;
    /// How often it was greeted: connections that have said something.
    unsigned connections() const;

    /// What it holds under the key: a text, a hash as "name=value" and a set, each followed by a blank.
    std::string at(const std::string& key) const;
    /// As if somebody else had sent the command.
    redis::reply tell(const redis::command& said);

private:
    void talk(boost::asio::ip::tcp::socket& socket);
    redis::reply answer(const redis::command& said, bool& is_known);
    redis::reply obey(const redis::command& said);  // with mutex_ held

    const std::string password_;
    mutable std::mutex mutex_;  // guards all below
    mood mood_ = mood::usual;
    std::vector<std::string> heard_;
    unsigned connections_ = 0;
    std::map<std::string, std::string> texts_;
    std::map<std::string, std::map<std::string, std::string>> hashes_;
    std::map<std::string, std::set<std::string>> sets_;

    s3::tcp_server server_{[this](auto& socket, unsigned) { talk(socket); }};
};

}  // namespace berth::test
