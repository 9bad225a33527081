#include "http/socket_file.hpp"

#include "support/temporary_directory.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

namespace berth::http {
namespace {

class a_socket_file : public testing::Test {
protected:
    const test::temporary_directory folder_;
    const std::string path_ = folder_.path() / "socket";
    asio::io_context context_;

    error_code failure() {
        stream_acceptor acceptor{context_};
        try {
            const socket_file file{acceptor, path_};
        } catch (const boost::system::system_error& error) {
            return error.code();
        }
        return {};
    }
};

}  // namespace

TEST_F(a_socket_file, goes_with_what_it_stands_for) {
    stream_acceptor acceptor{context_};
    std::optional<socket_file> file;
    file.emplace(acceptor, path_);
    EXPECT_TRUE(std::filesystem::is_socket(path_));
    acceptor.close();
    file.reset();
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(a_socket_file, is_left_alone_when_another_one_has_taken_its_place) {
    stream_acceptor first{context_}, second{context_};
    std::optional<socket_file> file;
    file.emplace(first, path_);
    first.close();
    const socket_file another{second, path_};
    second.listen();
    file.reset();
    EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(a_socket_file, replaces_one_that_nobody_answers_on) {
    asio::local::stream_protocol::acceptor{context_, path_}.close();
    ASSERT_TRUE(std::filesystem::exists(path_));
    EXPECT_FALSE(failure());
}

TEST_F(a_socket_file, replaces_neither_one_that_is_answered_nor_anything_else) {
    {
        const asio::local::stream_protocol::acceptor answering{context_, path_};
        EXPECT_EQ(failure(), asio::error::address_in_use);
    }
    std::filesystem::remove(path_);
    std::ofstream{path_} << "text";
    EXPECT_EQ(failure(), boost::system::errc::file_exists);
    EXPECT_TRUE(std::filesystem::exists(path_));
    std::filesystem::remove(path_);
    std::filesystem::create_directory(path_);
    EXPECT_TRUE(failure());
}

}  // namespace berth::http
