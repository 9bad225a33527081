// Clients that hold connections and give nothing for them.
#include "support/raw_client.hpp"
#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

namespace {

using test::raw_client;

constexpr const char* ping = "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n";

// `keys`: of http.
std::string yaml(const std::string& keys) {
    return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
           "http: {addr: 127.0.0.1:0, " +
           keys + "}\n";
}

}  // namespace

TEST(slow_clients, have_a_limited_time_for_a_header_however_they_send_it) {
    const test::running_app app{yaml("headertimeout: 300ms")};
    raw_client stopped{app.port()}, dribbling{app.port()};
    stopped.send("GET /v2/ HTTP/1.1\r\nHost: localhost\r\n");
    dribbling.send("GET /v2/ HTTP/1.1\r\nHost: localhost\r\nA: ");
    boost::system::error_code closed;
    while (!dribbling.has_anything_within(std::chrono::milliseconds{20}) && !closed) dribbling.try_send("a", closed);
    EXPECT_EQ(stopped.read_to_end(), "");
}

TEST(slow_clients, hold_no_connection_with_the_rest_of_a_body_that_nobody_wants) {
    const test::running_app app{yaml("idletimeout: 1h")};
    raw_client dribbling{app.port()};
    dribbling.send("PUT /v2/_catalog HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n");
    EXPECT_TRUE(dribbling.read_until("]}").starts_with("HTTP/1.1 405 "));
    boost::system::error_code closed;
    while (!dribbling.has_anything_within(std::chrono::milliseconds{20}) && !closed) dribbling.try_send("a", closed);
}

TEST(slow_clients, are_let_go_when_they_do_not_ask_again) {
    const test::running_app app{yaml("idletimeout: 200ms")};
    raw_client client{app.port()}, silent{app.port()};
    client.send(ping);
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(silent.read_to_end(), "");
}

TEST(slow_clients, make_room_for_others_where_connections_are_limited) {
    const test::running_app app{yaml("maxconnections: 2, idletimeout: 1h")};
    raw_client first{app.port()}, second{app.port()};
    for (raw_client* one : {&first, &second}) {
        one->send(ping);
        EXPECT_TRUE(one->read_until("{}").starts_with("HTTP/1.1 200 "));
    }
    // The answer of one is here before its node takes it for idle: as long as it takes, the second is busier.
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{300};
         std::chrono::steady_clock::now() < end;) {
        second.send(ping);
        EXPECT_TRUE(second.read_until("{}").starts_with("HTTP/1.1 200 "));
    }
    raw_client third{app.port()};
    third.send(ping);
    EXPECT_TRUE(third.read_until("{}").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(first.read_to_end(), "");
    second.send(ping);
    EXPECT_TRUE(second.read_until("{}").starts_with("HTTP/1.1 200 "));
}

TEST(slow_clients, are_waited_for_while_each_connection_has_a_request) {
    test::running_app app{yaml("maxconnections: 1")};
    const std::string upload = app.path_of(app.send(http::verb::post, "/v2/a/blobs/uploads/"));
    raw_client pushing{app.port()};
    pushing.send("PATCH " + upload +
                 " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n"
                 "Content-Type: application/octet-stream\r\nContent-Length: 3\r\n\r\n");
    EXPECT_TRUE(pushing.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 "));
    raw_client waiting{app.port()};
    waiting.send(ping);
    EXPECT_FALSE(waiting.has_anything_within(std::chrono::milliseconds{100}));
    pushing.send("abc");
    EXPECT_TRUE(pushing.read_to_end().starts_with("HTTP/1.1 202 "));
    pushing.close();
    EXPECT_TRUE(waiting.read_until("{}").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(app.stop());
}

}  // namespace berth
