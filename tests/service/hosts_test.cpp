// By which names a node on a loopback address may be called.
#include "service/s3_app.hpp"
#include "support/raw_client.hpp"
#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

namespace {

std::string yaml(const std::string& http, const std::string& rest = "") {
    return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\nhttp: {" + http +
           "}\n" + rest;
}

std::string ask(test::running_app& app, const std::string& host, const std::string& target = "/v2/") {
    test::raw_client client{app.port()};
    client.send("GET " + target + " HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n");
    return client.read_to_end();
}

bool is_misdirected(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 421 ") && answer.find("http.allowedhosts") != std::string::npos;
}

}  // namespace

TEST(hosts, of_a_page_that_points_its_name_here_are_refused) {
    test::running_app app{yaml("addr: 127.0.0.1:0")};
    for (const char* target : {"/v2/", "/", "/v2/_catalog", "/v2/team/net/manifests/1", "/berth/warm/team/net:1"})
        EXPECT_TRUE(is_misdirected(ask(app, "attacker.example:5000", target))) << target;
    for (const char* host : {"127.0.0.1:5000", "localhost:5000", "[::1]:5000", "10.0.0.7"})
        EXPECT_TRUE(ask(app, host).starts_with("HTTP/1.1 200 ")) << host;
}

TEST(hosts, that_the_file_names_are_answered) {
    test::running_app named{
        yaml("addr: 127.0.0.1:0, host: 'https://registry.example:8443/x', allowedhosts: [other.example]")};
    EXPECT_TRUE(ask(named, "registry.example").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(ask(named, "other.example:5000").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(is_misdirected(ask(named, "third.example")));
    test::running_app any{yaml("addr: 127.0.0.1:0, allowedhosts: ['*']")};
    EXPECT_TRUE(ask(any, "third.example").starts_with("HTTP/1.1 200 "));
}

TEST(hosts, are_not_looked_at_where_others_than_this_machine_are_served_or_must_say_who_they_are) {
    test::running_app everywhere{yaml("addr: 0.0.0.0:0")};
    EXPECT_TRUE(ask(everywhere, "registry.example").starts_with("HTTP/1.1 200 "));
    test::running_app pretends{yaml("addr: 127.0.0.1:0", "auth: {silly: {realm: r, service: s}}\n")};
    EXPECT_TRUE(is_misdirected(ask(pretends, "attacker.example")));
}

}  // namespace berth
