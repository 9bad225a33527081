#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace berth::redis {

/// A command and its arguments, which may be any bytes: {"GET", "a key"}.
using command = std::vector<std::string>;

/// What redis answers to one command.
struct reply {
    enum class kind { text, number, null, list, error };

    kind is = kind::null;
    std::string text{};  ///< Of a text, and of an error what redis says: "WRONGPASS invalid username".
    std::int64_t number = 0;
    std::vector<reply> list{};

    bool operator==(const reply&) const = default;
};

/// The bytes are no reply of redis.
class protocol_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The commands as bytes, one after the other.
std::string to_bytes(const std::vector<command>& commands);

/// Makes replies of bytes, however they come. Reading and writing by hiredis; version 2 of the protocol (RESP2).
class reply_reader {
public:
    reply_reader();
    ~reply_reader();
    reply_reader(const reply_reader&) = delete;
    reply_reader& operator=(const reply_reader&) = delete;

    /// Throws protocol_error.
    void feed(std::string_view bytes);
    /// The next reply that is complete, nothing while none is. Throws protocol_error.
    std::optional<reply> next();

private:
    struct free_reader {
        void operator()(redisReader* reader) const;
    };
    const std::unique_ptr<redisReader, free_reader> reader_;
};

}  // namespace berth::redis
