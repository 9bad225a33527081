#include "http/session.hpp"

#include "support/raw_client.hpp"
#include "support/test_server.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace berth::http {

using test::raw_client;
using test::test_server;

namespace {

class endless_source final : public async::byte_source {
public:
    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override { co_return buffer.size(); }
};

class breaking_source final : public async::byte_source {
public:
    awaitable<std::size_t> read_some(asio::mutable_buffer) override {
        if (++reads_ > 1) throw std::runtime_error{"broken"};
        co_return 10;
    }

private:
    int reads_ = 0;
};

// Says what it was asked, after reading the body where the path says so.
awaitable<response> echo(request& asked) {
    response answer;
    std::string body;
    if (asked.target == "/stream") {
        answer.body = stream_body{std::make_unique<endless_source>(), 1'000'000};
        co_return answer;
    }
    if (asked.target == "/breaks") {
        answer.body = stream_body{std::make_unique<breaking_source>(), 100};
        co_return answer;
    }
    if (asked.target != "/unread") body = co_await async::read_all(asked.body, 1 << 20);
    answer.body = asked.method_name + " " + asked.target + " " + std::to_string(body.size());
    co_return answer;
}

}  // namespace

TEST(session, serves_requests_one_after_the_other_on_one_connection) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.read_until("GET /one 0").starts_with("HTTP/1.1 200 OK\r\n"));
    client.send("PUT /two HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
    EXPECT_TRUE(client.read_to_end().ends_with("PUT /two 3"));
}

TEST(session, answers_pipelined_requests_in_order) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send(
        "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nxyGET /b HTTP/1.1\r\nHost: x\r\nConnection: "
        "close\r\n\r\n");
    const std::string all = client.read_to_end();
    EXPECT_LT(all.find("PUT /a 2"), all.find("GET /b 0"));
}

TEST(session, reads_chunked_bodies) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send(
        "PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
        "close\r\n\r\n4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().ends_with("PUT /a 9"));
}

TEST(session, tells_a_client_that_waits_to_go_on_before_it_reads_the_body) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_TRUE(client.read_to_end().ends_with("PUT /a 3"));
}

TEST(session, answers_and_closes_when_the_body_was_not_read) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\npart of it");
    const std::string answer = client.read_to_end();
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("PUT /unread 0"));
}

TEST(session, answers_who_sends_a_large_body_to_its_end_before_looking) {
    test_server server{echo};
    raw_client client{server.port()};
    constexpr std::size_t size = 64 << 20;
    client.send("PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    client.send(std::string(size, 'x'));  // throws where the connection is reset meanwhile
    EXPECT_TRUE(client.read_to_end().ends_with("PUT /unread 0"));
}

TEST(session, goes_on_after_a_small_body_that_was_not_read) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\npart of it");
    EXPECT_EQ(client.read_until("PUT /unread 0").find("Connection: close"), std::string::npos);
    client.send(std::string(490, 'x') + "GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.read_until("GET /next 0").starts_with("HTTP/1.1 200 "));
}

TEST(session, closes_when_a_client_waits_with_a_body_that_nobody_reads) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_EQ(answer.find("100 Continue"), std::string::npos);
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST(session, sends_the_header_alone_to_head) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_NE(answer.find("Content-Length: 1000000\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(session, streams_a_body_of_the_announced_size) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 1'000'000u);
}

TEST(session, closes_when_a_body_breaks_so_that_the_client_sees_it_is_short) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_NE(answer.find("Content-Length: 100\r\n"), std::string::npos);
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 10u);
}

TEST(session, answers_a_tls_handshake_on_the_plain_port_at_once) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send(std::string_view{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11});
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 400 "));
}

TEST(session, refuses_what_is_no_request) {
    for (const char* text :
         {"junk\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
          "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
          "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
          "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 0\r\n\r\n",
          "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n",
          "PUT / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n",
          "GET / HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n",
          "GET / HTTP/1.1\r\nHost: x\r\nA: b\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
          "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"}) {
        test_server server{echo};
        raw_client client{server.port()};
        client.send(text);
        EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 400 ")) << text;
    }
}

TEST(session, wants_exactly_one_host_of_http_1_1_and_one_that_can_be_a_host) {
    for (const char* text : {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                             "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                             "GET / HTTP/1.0\r\nHost: a@b\r\n\r\n"}) {
        test_server server{echo};
        raw_client client{server.port()};
        client.send(text);
        EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 400 ")) << text;
    }
}

TEST(session, refuses_codings_it_does_not_know_instead_of_guessing_where_the_body_ends) {
    for (const char* coding :
         {"gzip", "chunked, gzip", "identity", "gzip, chunked", "gzip\r\nTransfer-Encoding: chunked"}) {
        test_server server{echo};
        raw_client client{server.port()};
        client.send(std::string{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "} + coding +
                    "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string answer = client.read_to_end();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 501 ")) << coding;
        EXPECT_EQ(answer.find("smuggled"), std::string::npos) << coding;
    }
}

TEST(session, does_not_keep_a_connection_of_http_1_0) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().ends_with("GET / 0"));
}

TEST(session, does_not_collect_a_chunk_extension_without_end) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;");
    const std::string more(64 * 1024, 'a');
    boost::system::error_code error;
    std::size_t sent = 0;
    // The connection ends long before this much has been taken.
    while (!error && sent < 256 * more.size()) sent += client.try_send(more, error);
    EXPECT_TRUE(error.failed());
}

TEST(session, takes_no_chunk_that_two_programs_could_read_differently) {
    const std::string long_extension = "1;" + std::string(65, 'x') + "\r\na\r\n0\r\n\r\n";
    for (const std::string& chunks :
         {std::string{"3\nabc\r\n0\r\n\r\n"}, std::string{"3\r\nabc\r\n0\n\n"},
          std::string{"3\r\nabc\r\n0\r\nA: b\n\n"}, std::string{"0x3\r\nabc\r\n\r\n"}, long_extension}) {
        bool broke = false;
        session_options options;
        options.body_timeout = std::chrono::hours{1};  // it is refused, and not waited for
        test_server server{[&](request& asked) -> awaitable<response> {
                               try {
                                   std::array<char, 16> bytes;
                                   while (co_await asked.body.read_some(asio::buffer(bytes)) != 0) {
                                   }
                               } catch (const body_error&) {
                                   broke = true;
                               }
                               response answer;
                               answer.code = status::bad_request;
                               co_return answer;
                           },
                           options};
        raw_client client{server.port()};
        client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        EXPECT_NE(client.read_to_end().find("Connection: close"), std::string::npos) << chunks;
        EXPECT_TRUE(broke) << chunks;
    }
}

TEST(session, takes_a_target_of_8_kib_and_refuses_a_longer_one) {
    test_server server{echo};
    const auto answer_to = [&](std::size_t size) {
        raw_client client{server.port()};
        client.send("GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return client.read_to_end().substr(0, 13);
    };
    EXPECT_EQ(answer_to(8192), "HTTP/1.1 200 ");
    EXPECT_EQ(answer_to(8193), "HTTP/1.1 414 ");
    EXPECT_EQ(answer_to(50'000), "HTTP/1.1 414 ");
}

TEST(session, gives_a_header_one_time_limit_however_its_bytes_come) {
    session_options options;
    options.header_timeout = std::chrono::milliseconds{100};
    test_server server{echo, options};
    raw_client client{server.port()};
    client.send("GET / HTTP/1.1\r\n");
    boost::system::error_code error;
    // A client that sends a byte again and again is not served for longer than one that sends none.
    for (int i = 0; !error && i < 3000; ++i) {
        client.try_send("a", error);
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    EXPECT_TRUE(error.failed());
}

TEST(session, refuses_a_header_that_is_too_large) {
    test_server server{echo};
    raw_client client{server.port()};
    client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 431 "));
}

TEST(session, ends_when_a_client_is_silent_for_too_long) {
    session_options options;
    options.keep_alive_timeout = std::chrono::milliseconds{20};
    test_server server{echo, options};
    raw_client client{server.port()};
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(session, adds_the_configured_headers_unless_the_answer_has_them) {
    session_options options;
    options.extra_headers.insert("X-Content-Type-Options", "nosniff");
    test_server server{echo, options};
    raw_client client{server.port()};
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_NE(client.read_to_end().find("\r\nX-Content-Type-Options: nosniff\r\n"), std::string::npos);
}

}  // namespace berth::http
