#include "async/byte_source.hpp"

#include "support/run.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace berth::async {
namespace {

using test::run;

TEST(byte_source, read_all_gives_everything_up_to_its_limit) {
    string_source source{std::string(100'000, 'x')};
    EXPECT_EQ(run(read_all(source, 100'000)), std::string(100'000, 'x'));
}

TEST(byte_source, read_all_of_nothing_is_empty) {
    string_source source{""};
    EXPECT_EQ(run(read_all(source, 10)), "");
}

TEST(byte_source, read_all_refuses_one_byte_too_many) {
    string_source source{std::string(100'001, 'x')};
    EXPECT_THROW(run(read_all(source, 100'000)), std::length_error);
}

TEST(byte_source, read_all_with_a_limit_of_nothing_wants_nothing) {
    string_source empty{""};
    EXPECT_EQ(run(read_all(empty, 0)), "");
    string_source one{"x"};
    EXPECT_THROW(run(read_all(one, 0)), std::length_error);
}

TEST(byte_source, read_all_never_reads_more_than_one_byte_past_its_limit) {
    class endless final : public byte_source {
    public:
        awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
            given += buffer.size();
            co_return buffer.size();
        }
        std::size_t given = 0;
    };
    endless source;
    EXPECT_THROW(run(read_all(source, 50'000)), std::length_error);
    EXPECT_EQ(source.given, 50'001u);
}

TEST(byte_source, read_all_passes_on_what_the_source_throws) {
    class broken final : public byte_source {
    public:
        awaitable<std::size_t> read_some(asio::mutable_buffer) override {
            throw std::domain_error{"broken"};
            co_return 0;
        }
    };
    broken source;
    EXPECT_THROW(run(read_all(source, 10)), std::domain_error);
}

TEST(byte_source, a_string_comes_in_pieces_as_large_as_the_buffer) {
    string_source source{"0123456789"};
    char buffer[4];
    EXPECT_EQ(run(source.read_some(asio::buffer(buffer))), 4u);
    EXPECT_EQ(run(source.read_some(asio::buffer(buffer))), 4u);
    EXPECT_EQ(run(source.read_some(asio::buffer(buffer))), 2u);
    EXPECT_EQ(std::string(buffer, 2), "89");
    EXPECT_EQ(run(source.read_some(asio::buffer(buffer))), 0u);
}

}  // namespace
}  // namespace berth::async
