#include "support/fake_redis.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace berth::test {

namespace {

using redis::reply;

std::string to_wire(const reply& said) {
    switch (said.is) {
        case reply::kind::text:
            return "$" + std::to_string(said.text.size()) + "\r\n" + said.text + "\r\n";
        case reply::kind::error:
            return "-" + said.text + "\r\n";
        case reply::kind::number:
            return ":" + std::to_string(said.number) + "\r\n";
        case reply::kind::null:
            return "$-1\r\n";
        case reply::kind::list:
            break;
    }
    std::string all = "*" + std::to_string(said.list.size()) + "\r\n";
    for (const reply& one : said.list) all += to_wire(one);
    return all;
}

reply text(std::string bytes) {
    return {.is = reply::kind::text, .text = std::move(bytes)};
}
reply number(std::size_t n) {
    return {.is = reply::kind::number, .number = static_cast<std::int64_t>(n)};
}
reply refusal(std::string why) {
    return {.is = reply::kind::error, .text = std::move(why)};
}

template <class Map>
reply found_in(const Map& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? reply{} : text(found->second);
}

}  // namespace

void fake_redis::be(mood how) {
    const std::lock_guard lock{mutex_};
    mood_ = how;
}

std::vector<std::string> fake_redis::heard() const {
    const std::lock_guard lock{mutex_};
    return heard_;
}

unsigned fake_redis::connections() const {
    const std::lock_guard lock{mutex_};
    return connections_;
}

std::string fake_redis::at(const std::string& key) const {
    const std::lock_guard lock{mutex_};
    std::string all;
    if (const auto found = texts_.find(key); found != texts_.end()) all += found->second + " ";
    if (const auto found = hashes_.find(key); found != hashes_.end())
        for (const auto& [name, value] : found->second) all += name + "=" + value + " ";
    if (const auto found = sets_.find(key); found != sets_.end())
        for (const std::string& one : found->second) all += one + " ";
    return all;
}

reply fake_redis::tell(const redis::command& said) {
    const std::lock_guard lock{mutex_};
    return obey(said);
}

void fake_redis::talk(boost::asio::ip::tcp::socket& socket) {
    redis::reply_reader reader;
    bool is_known = password_.empty(), is_first = true;
    for (;;) {
        std::array<char, 4096> piece;
        boost::system::error_code failed;
        const std::size_t n = socket.read_some(boost::asio::buffer(piece), failed);
        if (failed) return;
        reader.feed({piece.data(), n});
        while (const auto asked = reader.next()) {
            redis::command said;
            for (const reply& word : asked->list) said.push_back(word.text);
            mood how = mood::usual;
            {
                const std::lock_guard lock{mutex_};
                connections_ += std::exchange(is_first, false) ? 1 : 0;
                how = mood_;
            }
            if (how == mood::silent) continue;
            const std::string wire =
                how == mood::nonsense ? "HTTP/1.1 400 Bad Request\r\n" : to_wire(answer(said, is_known));
            boost::asio::write(socket, boost::asio::buffer(wire), failed);
        }
    }
}

reply fake_redis::answer(const redis::command& said, bool& is_known) {
    if (said[0] == "AUTH") {
        is_known = said.back() == password_;
        return is_known ? text("OK") : refusal("WRONGPASS invalid username-password pair or user is disabled.");
    }
    if (!is_known) return refusal("NOAUTH Authentication required.");
    if (said[0] == "SELECT" || said[0] == "CLIENT") return text("OK");
    const std::lock_guard lock{mutex_};
    std::string line;
    for (const std::string& word : said) line += (line.empty() ? "" : " ") + word;
    heard_.push_back(std::move(line));
    const bool only_asks = said[0] == "PING" || said[0] == "GET" || said[0] == "SISMEMBER" || said[0] == "HMGET";
    if (mood_ == mood::readonly && !only_asks) return refusal("READONLY You can't write against a read only replica.");
    return obey(said);
}

reply fake_redis::obey(const redis::command& said) {
    const std::string& verb = said[0];
    if (verb == "PING") return text("PONG");
    const std::string& key = said.at(1);
    if (verb == "GET") return found_in(texts_, key);
    if (verb == "SET") {
        texts_[key] = said.at(2);
        return text("OK");
    }
    if (verb == "SADD") return number(sets_[key].insert(said.at(2)).second);
    if (verb == "SREM") return number(sets_[key].erase(said.at(2)));
    if (verb == "SISMEMBER") return number(sets_[key].count(said.at(2)));
    if (verb == "HSETNX") return number(hashes_[key].emplace(said.at(2), said.at(3)).second);
    if (verb == "HSET" || verb == "HMSET") {
        for (std::size_t i = 2; i + 1 < said.size(); i += 2) hashes_[key][said[i]] = said[i + 1];
        return text("OK");
    }
    if (verb == "HMGET") {
        reply all{.is = reply::kind::list};
        for (std::size_t i = 2; i < said.size(); ++i) all.list.push_back(found_in(hashes_[key], said[i]));
        return all;
    }
    if (verb == "DEL") {
        for (std::size_t i = 1; i < said.size(); ++i) {
            texts_.erase(said[i]);
            hashes_.erase(said[i]);
            sets_.erase(said[i]);
        }
        return number(said.size() - 1);
    }
    return refusal("ERR unknown command '" + verb + "', with args beginning with: '" + key + "'");
}

}  // namespace berth::test
