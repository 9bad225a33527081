#include "redis/client.hpp"

#include "support/fake_redis.hpp"
#include "support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::redis {
namespace {

using test::fake_redis;
using testing::HasSubstr;

client::options options_of(const fake_redis& server) {
    client::options options;
    options.server = {"127.0.0.1", server.port(), false};
    return options;
}

std::vector<reply> run(client& by, std::vector<command> commands) {
    return test::run(by.run(std::move(commands)));
}

std::string error_of(client& by) {
    try {
        run(by, {{"PING"}});
    } catch (const error& failure) {
        return failure.what();
    }
    return "no error";
}

TEST(redis_client, sends_all_commands_at_once_and_returns_their_replies_in_order) {
    fake_redis server;
    client client{options_of(server)};
    const auto replies = run(client, {{"SET", "a", "1"}, {"GET", "a"}, {"GET", "b"}});
    ASSERT_EQ(replies.size(), 3u);
    EXPECT_EQ(replies[1].text, "1");
    EXPECT_EQ(replies[2].is, reply::kind::null);
}

TEST(redis_client, uses_a_connection_again) {
    fake_redis server;
    client client{options_of(server)};
    for (int i = 0; i < 3; ++i) run(client, {{"PING"}});
    EXPECT_EQ(server.connections(), 1u);
}

TEST(redis_client, says_its_password_on_each_connection) {
    fake_redis server{"right"};
    auto options = options_of(server);
    options.password = "right";
    options.database = 3;
    client client{options};
    EXPECT_EQ(run(client, {{"PING"}}).size(), 1u);
}

TEST(redis_client, a_password_that_is_wrong_is_an_error_that_does_not_show_it) {
    fake_redis server{"right"};
    auto options = options_of(server);
    options.password = "s3cr3t";
    client client{options};
    const std::string said = error_of(client);
    EXPECT_THAT(said, HasSubstr("WRONGPASS"));
    EXPECT_THAT(said, testing::Not(HasSubstr("s3cr3t")));
}

TEST(redis_client, an_error_does_not_show_what_was_sent_where_redis_repeats_it) {
    fake_redis server;
    client client{options_of(server)};
    try {
        run(client, {{"RENAMED", "s3cr3t"}});
        FAIL() << "no error";
    } catch (const error& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("unknown command 'RENAMED'"));
        EXPECT_THAT(failure.what(), testing::Not(HasSubstr("s3cr3t")));
    }
}

TEST(redis_client, one_that_was_started_anew_is_no_error) {
    fake_redis server;
    client client{options_of(server)};
    run(client, {{"PING"}});
    server.go_away();
    server.come_back();
    EXPECT_EQ(error_of(client), "no error");
    EXPECT_EQ(server.connections(), 2u);
}

TEST(redis_client, one_that_is_away_is_an_error) {
    fake_redis server;
    client client{options_of(server)};
    server.go_away();
    EXPECT_THAT(error_of(client), HasSubstr("cannot connect"));
}

TEST(redis_client, one_that_is_silent_is_an_error_after_the_read_timeout) {
    fake_redis server;
    server.be(fake_redis::mood::silent);
    auto options = options_of(server);
    options.read_timeout = std::chrono::milliseconds{20};
    client client{options};
    EXPECT_THAT(error_of(client), HasSubstr("no answer"));
}

TEST(redis_client, one_that_talks_nonsense_is_an_error_and_its_connection_is_not_used_again) {
    fake_redis server;
    server.be(fake_redis::mood::nonsense);
    client client{options_of(server)};
    EXPECT_THAT(error_of(client), HasSubstr("Protocol error"));
    server.be(fake_redis::mood::usual);
    EXPECT_EQ(error_of(client), "no error");
    EXPECT_EQ(server.connections(), 2u);
}

TEST(redis_client, more_connections_than_there_may_be_are_refused_at_once) {
    fake_redis server;
    auto options = options_of(server);
    options.max_connections = 0;
    client client{options};
    EXPECT_THROW(run(client, {{"PING"}}), busy);
    EXPECT_EQ(server.connections(), 0u);
}

}  // namespace
}  // namespace berth::redis
