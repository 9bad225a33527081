#include "redis/protocol.hpp"

#include <hiredis/hiredis.h>
#include <new>

namespace berth::redis {

namespace {

struct free_reply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

struct free_command {
    void operator()(char* bytes) const { redisFreeCommand(bytes); }
};

reply convert(const redisReply& from) {
    using kind = reply::kind;
    const auto bytes = [&] { return std::string(from.str, from.len); };
    switch (from.type) {
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            return {.is = kind::text, .text = bytes()};
        case REDIS_REPLY_ERROR:
            return {.is = kind::error, .text = bytes()};
        case REDIS_REPLY_INTEGER:
            return {.is = kind::number, .number = from.integer};
        case REDIS_REPLY_NIL:
            return {};
        case REDIS_REPLY_ARRAY: {
            reply made{.is = kind::list};
            for (std::size_t i = 0; i < from.elements; ++i) made.list.push_back(convert(*from.element[i]));
            return made;
        }
        default:
            throw protocol_error{"a reply of a kind that was not asked for"};
    }
}

}  // namespace

std::string to_bytes(const std::vector<command>& commands) {
    std::string all;
    for (const command& one : commands) {
        std::vector<const char*> words;
        std::vector<std::size_t> sizes;
        for (const std::string& word : one) {
            words.push_back(word.data());
            sizes.push_back(word.size());
        }
        char* made = nullptr;
        const auto size = redisFormatCommandArgv(&made, static_cast<int>(words.size()), words.data(), sizes.data());
        const std::unique_ptr<char, free_command> bytes{made};
        if (size < 0) throw std::bad_alloc{};
        all.append(bytes.get(), static_cast<std::size_t>(size));
    }
    return all;
}

namespace {

constexpr int most_nested = 7;

}  // namespace

reply_reader::reply_reader() : reader_{redisReaderCreate()} {
    if (!reader_) throw std::bad_alloc{};
}
reply_reader::~reply_reader() = default;

void reply_reader::free_reader::operator()(redisReader* reader) const {
    redisReaderFree(reader);
}

void reply_reader::feed(std::string_view bytes) {
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) throw protocol_error{reader_->errstr};
}

std::optional<reply> reply_reader::next() {
    void* made = nullptr;
    if (redisReaderGetReply(reader_.get(), &made) != REDIS_OK) throw protocol_error{reader_->errstr};
    // Newer parsers have no limit of their own, and free what is nested call by call.
    if (!made && reader_->ridx > most_nested) throw protocol_error{"lists lie in lists without end"};
    if (!made) return std::nullopt;
    const std::unique_ptr<redisReply, free_reply> owned{static_cast<redisReply*>(made)};
    return convert(*owned);
}

}  // namespace berth::redis
