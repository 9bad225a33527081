#include "http/client.hpp"

#include "support/run.hpp"
#include "support/test_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace berth::http {

using test::test_server;

namespace {

// Answers with the client's port, so that a test sees whether two requests shared a connection.
awaitable<response> tell_port(request& asked) {
    const std::string body = co_await async::read_all(asked.body, 1 << 20);
    response answer;
    answer.body = std::to_string(asked.peer.value().port()) + " " + std::to_string(body.size());
    co_return answer;
}

client_request get(std::string target) {
    client_request request;
    request.target = std::move(target);
    return request;
}

awaitable<std::string> fetch(client& from, client_request request, bool fresh = false) {
    auto response = co_await from.send(request, fresh);
    co_return co_await async::read_all(response, 1 << 20);
}

}  // namespace

TEST(client, keeps_a_connection_for_the_next_request) {
    test_server server{tell_port};
    client from{{.server = {"127.0.0.1", server.port(), false}}};
    auto both = [](client& c) -> awaitable<bool> {
        const std::string first = co_await fetch(c, get("/"));
        const std::string second = co_await fetch(c, get("/"));
        co_return first == second;
    };
    EXPECT_TRUE(test::run(both(from)));
}

TEST(client, counts_what_comes_from_the_server_as_it_comes) {
    const auto send_much = [](request&) -> awaitable<response> {
        response answer;
        answer.body = std::string(1 << 20, 'x');
        co_return answer;
    };
    test_server server{send_much};
    client_traffic traffic;
    client from{{.server = {"127.0.0.1", server.port(), false}, .traffic = &traffic}};
    auto response = test::run(from.send(get("/")));
    const auto with_the_header = traffic.arrivals.value();
    EXPECT_GE(with_the_header, 1u);
    test::run(async::read_all(response, 1 << 20));
    EXPECT_GT(traffic.arrivals.value(), with_the_header);
}

TEST(client, opens_a_new_connection_when_told_to) {
    test_server server{tell_port};
    client from{{.server = {"127.0.0.1", server.port(), false}}};
    auto both = [](client& c) -> awaitable<bool> {
        const std::string first = co_await fetch(c, get("/"));
        const std::string second = co_await fetch(c, get("/"), true);
        co_return first != second;
    };
    EXPECT_TRUE(test::run(both(from)));
}

TEST(client, does_not_reuse_a_connection_whose_answer_was_not_read) {
    test_server server{tell_port};
    client from{{.server = {"127.0.0.1", server.port(), false}}};
    auto both = [](client& c) -> awaitable<std::string> {
        { auto unread = co_await c.send(get("/")); }
        co_return co_await fetch(c, get("/"));
    };
    EXPECT_FALSE(test::run(both(from)).empty());
}

TEST(client, survives_a_connection_that_the_server_closed_while_idle) {
    session_options options;
    options.keep_alive_timeout = std::chrono::milliseconds{10};
    test_server server{tell_port, options};
    client from{{.server = {"127.0.0.1", server.port(), false}}};
    auto twice = [](client& c) -> awaitable<std::string> {
        co_await fetch(c, get("/"));
        asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{50}};
        co_await timer.async_wait(asio::use_awaitable);
        co_return co_await fetch(c, get("/"));
    };
    EXPECT_FALSE(test::run(twice(from)).empty());
}

TEST(client, sends_a_body_with_its_length) {
    test_server server{tell_port};
    client from{{.server = {"127.0.0.1", server.port(), false}}};
    const std::string body(100'000, 'x');
    client_request request = get("/");
    request.method = verb::put;
    request.body = body;
    EXPECT_TRUE(test::run(fetch(from, request)).ends_with(" 100000"));
}

TEST(client, says_where_it_could_not_connect) {
    std::uint16_t closed_port = 0;
    {
        test_server server{tell_port};
        closed_port = server.port();
    }
    client from{{.server = {"127.0.0.1", closed_port, false}}};
    try {
        test::run(fetch(from, get("/")));
        FAIL() << "connected to a closed port";
    } catch (const transport_error& error) {
        EXPECT_NE(std::string{error.what()}.find("127.0.0.1:" + std::to_string(closed_port)), std::string::npos);
        EXPECT_FALSE(error.timed_out());
    }
}

TEST(client, gives_up_on_a_server_that_does_not_answer) {
    auto never = [](request&) -> awaitable<response> {
        asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::hours{1}};
        co_await timer.async_wait(asio::use_awaitable);
        co_return response{};
    };
    test_server server{never};
    client from{{.server = {"127.0.0.1", server.port(), false}}};
    client_request request = get("/");
    request.idle_timeout = std::chrono::milliseconds{20};
    try {
        test::run(fetch(from, request));
        FAIL() << "an answer from nobody";
    } catch (const transport_error& error) {
        EXPECT_TRUE(error.timed_out());
    }
}

TEST(client, does_not_speak_tls_with_a_plain_server_for_long) {
    test_server server{tell_port};
    client from{{.server = {"127.0.0.1", server.port(), true}}};
    EXPECT_THROW(test::run(fetch(from, get("/"))), transport_error);
}

}  // namespace berth::http
