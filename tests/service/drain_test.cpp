// What a stop does to who is connected.
#include "support/raw_client.hpp"
#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using test::raw_client;
using test::running_app;

constexpr std::size_t megabyte = 1024 * 1024;

const std::string long_drain =
    "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
    "http: {addr: 127.0.0.1:0, draintimeout: 60s}\n";

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace

TEST(drain, ends_idle_connections_at_once_and_lets_a_pull_and_a_push_come_to_their_end) {
    running_app app{long_drain};
    const std::string bytes(64 * megabyte, 'b');
    const std::string digest = app.push_blob("team/net", bytes);
    const std::string upload = app.path_of(app.send(http::verb::post, "/v2/team/net/blobs/uploads/"));

    raw_client idle{app.port()}, silent{app.port()}, pulling{app.port()}, pushing{app.port()};
    idle.send(get("/v2/"));
    EXPECT_TRUE(idle.read_until("{}").starts_with("HTTP/1.1 200"));
    pulling.send(get("/v2/team/net/blobs/" + digest));
    pulling.read_until("\r\n\r\n");
    pushing.send("PATCH " + upload +
                 " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                 "Expect: 100-continue\r\nContent-Length: " +
                 std::to_string(8 * megabyte) + "\r\n\r\n");
    EXPECT_TRUE(pushing.read_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
    pushing.send(std::string(megabyte, 'u'));

    app.begin_to_stop();
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_THROW(raw_client{app.port()}, boost::system::system_error);

    pushing.send(std::string(7 * megabyte, 'u'));
    const std::string accepted = pushing.read_to_end();
    EXPECT_TRUE(accepted.starts_with("HTTP/1.1 202")) << accepted;
    EXPECT_NE(accepted.find("\r\nConnection: close\r\n"), std::string::npos) << accepted;
    EXPECT_EQ(pulling.read_to_end(), bytes);
    EXPECT_TRUE(app.stop());
}

TEST(drain, answers_a_request_whose_header_has_begun) {
    running_app app{long_drain};
    raw_client client{app.port()}, idle{app.port()};
    client.send("GET /v2/ HTTP/1.1\r\nHo");
    app.begin_to_stop();
    EXPECT_EQ(idle.read_to_end(), "");  // the drain has begun
    client.send("st: localhost\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(app.stop());
}

TEST(drain, without_a_time_for_it_cuts_off_what_is_under_way) {
    running_app app;
    const std::string digest = app.push_blob("team/net", std::string(64 * megabyte, 'b'));
    raw_client pulling{app.port()};
    pulling.send(get("/v2/team/net/blobs/" + digest));
    pulling.read_until("\r\n\r\n");
    EXPECT_TRUE(app.stop());
    EXPECT_LT(pulling.read_to_end().size(), 64 * megabyte);
}

}  // namespace berth
