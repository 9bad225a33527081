#include "redis/protocol.hpp"

#include <gtest/gtest.h>

namespace berth::redis {
namespace {

using kind = reply::kind;

std::vector<reply> replies_in(std::string_view bytes) {
    reply_reader reader;
    reader.feed(bytes);
    std::vector<reply> all;
    while (auto one = reader.next()) all.push_back(std::move(*one));
    return all;
}

TEST(redis_protocol, writes_commands_with_the_size_of_each_word) {
    EXPECT_EQ(to_bytes({{"GET", "a key"}, {"PING"}}), "*2\r\n$3\r\nGET\r\n$5\r\na key\r\n*1\r\n$4\r\nPING\r\n");
}

TEST(redis_protocol, a_word_may_hold_what_ends_a_line_and_zeros) {
    const std::string word{"a\r\n\0b", 5};
    EXPECT_EQ(to_bytes({{word}}), "*1\r\n$5\r\n" + word + "\r\n");
}

TEST(redis_protocol, reads_every_kind_of_reply) {
    const auto all = replies_in("+OK\r\n:42\r\n$5\r\nhello\r\n$-1\r\n-ERR no\r\n*2\r\n:1\r\n$-1\r\n");
    ASSERT_EQ(all.size(), 6u);
    EXPECT_EQ(all[0], (reply{.is = kind::text, .text = "OK"}));
    EXPECT_EQ(all[1], (reply{.is = kind::number, .number = 42}));
    EXPECT_EQ(all[2], (reply{.is = kind::text, .text = "hello"}));
    EXPECT_EQ(all[3], reply{});
    EXPECT_EQ(all[4], (reply{.is = kind::error, .text = "ERR no"}));
    EXPECT_EQ(all[5], (reply{.is = kind::list, .list = {{.is = kind::number, .number = 1}, {}}}));
}

TEST(redis_protocol, a_reply_may_come_in_pieces) {
    reply_reader reader;
    for (const std::string_view piece : {"$1", "0\r\n012", "34567"}) {
        reader.feed(piece);
        EXPECT_FALSE(reader.next());
    }
    reader.feed("89\r\n");
    EXPECT_EQ(reader.next().value().text, "0123456789");
}

TEST(redis_protocol, what_is_no_reply_is_an_error) {
    for (const char* bytes : {"HTTP/1.1 200 OK\r\n", "$x\r\n", "*-5\r\n", ":one\r\n", "*1\r\n?\r\n"})
        EXPECT_THROW(replies_in(bytes), protocol_error) << bytes;
}

TEST(redis_protocol, lists_that_lie_in_lists_without_end_are_an_error) {
    std::string bytes;
    for (int i = 0; i < 1000; ++i) bytes += "*1\r\n";
    EXPECT_THROW(replies_in(bytes), protocol_error);
}

}  // namespace
}  // namespace berth::redis
