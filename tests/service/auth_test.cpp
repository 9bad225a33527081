#include "support/raw_client.hpp"
#include "support/running_app.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth {
namespace {

using http::verb;
using test::answer;
using test::running_app;

constexpr const char* yaml =
    "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
    "storage: {inmemory: {}, delete: {enabled: true}}\n"
    "auth: {silly: {realm: the-realm, service: the-service}}\nhttp: {addr: 127.0.0.1:0}\n";

constexpr const char* digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// One target of each resource there is; all paths under which the registry can be reached.
std::vector<std::string> all_targets() {
    const std::string blob = std::string{"/v2/a/b/blobs/"} + digest;
    return {"/v2/",
            "/v2/_catalog",
            "/v2/_catalog?n=1000000",
            "/v2/a/b/tags/list",
            "/v2/a/b/manifests/v1",
            std::string{"/v2/a/b/manifests/"} + digest,
            std::string{"/v2/a/b/referrers/"} + digest,
            blob,
            "http://elsewhere" + blob,
            "/v2/a/b/blobs/uploads/",
            "/v2/a/b/blobs/uploads",
            std::string{"/v2/a/b/blobs/uploads/?mount="} + digest + "&from=c/d",
            "/v2/a/b/blobs/uploads/0b1cbc2a-26ed-4d1e-9d5c-6c1b6d4e9f3a",
            "/berth/warm/a/b:v1",
            "/berth/pins",
            "/berth/pins/a/b:v1",
            "/v2/A/tags/list",
            "/v2/a%2Fb/tags/list",
            "/v2/a%0d%0ab/tags/list",
            "/v2/nothing",
            "/nothing",
            "/debug/health",
            "/metrics"};
}

constexpr verb all_methods[] = {verb::get,     verb::head,  verb::post, verb::put,     verb::patch,
                                verb::delete_, verb::trace, verb::copy, verb::propfind};

TEST(auth, lets_nobody_do_anything_without_credentials) {
    running_app app{yaml};
    for (const verb method : all_methods) {
        for (const std::string& target : all_targets()) {
            SCOPED_TRACE(std::string{to_string(method)} + " " + target);
            const answer got = app.send(method, target);
            EXPECT_EQ(got.code, 401u);
            EXPECT_TRUE(got.header("WWW-Authenticate").starts_with("Bearer realm=\"the-realm\""));
            EXPECT_EQ(got.header("Docker-Distribution-Api-Version"), "registry/2.0");
            EXPECT_TRUE(method == verb::head || got.body.starts_with(R"({"errors":[{"code":"UNAUTHORIZED")"));
        }
    }
}

TEST(auth, lets_everybody_see_where_the_api_is_and_which_methods_there_are) {
    running_app app{yaml};
    EXPECT_EQ(app.get("/").code, 200u);
    EXPECT_EQ(app.get("/v2").code, 301u);
    for (const std::string& target : all_targets()) {
        const answer got = app.send(verb::options, target);
        EXPECT_EQ(got.code, 200u) << target;
        EXPECT_EQ(got.body, "") << target;
    }
}

TEST(auth, answers_a_stranger_as_registry_2_does) {
    running_app app{yaml};
    const answer base = app.get("/v2/");
    EXPECT_EQ(base.header("WWW-Authenticate"), R"(Bearer realm="the-realm",service="the-service")");
    EXPECT_EQ(base.header("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(base.body, R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]})"
                         "\n");

    const answer push = app.send(verb::post, "/v2/a/b/blobs/uploads/?mount=sha256:00&from=c/d");
    EXPECT_EQ(push.header("WWW-Authenticate"),
              R"(Bearer realm="the-realm",service="the-service",)"
              R"(scope="repository:a/b:pull repository:a/b:push repository:c/d:pull")");
    EXPECT_EQ(push.body, R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[)"
                         R"({"Type":"repository","Class":"","Name":"a/b","Action":"pull"},)"
                         R"({"Type":"repository","Class":"","Name":"a/b","Action":"push"},)"
                         R"({"Type":"repository","Class":"","Name":"c/d","Action":"pull"}]}]})"
                         "\n");
}

TEST(auth, serves_who_is_let_in) {
    running_app app{yaml};
    const std::pair<std::string_view, std::string> anything{"Authorization", "Bearer anything"};
    EXPECT_EQ(app.get("/v2/", {anything}).code, 200u);
    EXPECT_EQ(app.get("/v2/_catalog", {anything}).body, "{\"repositories\":[]}\n");
    EXPECT_EQ(app.send(verb::post, "/v2/a/b/blobs/uploads/", {}, {anything}).code, 202u);
    EXPECT_EQ(app.send(verb::post, "/v2/_catalog", {}, {anything}).code, 405u);
    EXPECT_EQ(app.get("/nothing", {anything}).code, 404u);
}

TEST(auth, mounts_from_anywhere_for_who_may_read_everywhere) {
    running_app app{yaml};
    const std::pair<std::string_view, std::string> anything{"Authorization", "Bearer anything"};
    const std::string bytes = "a blob";
    const std::string digest = oci::digest::of(bytes).str();
    const answer begun = app.send(verb::post, "/v2/c/d/blobs/uploads/", {}, {anything});
    ASSERT_EQ(app.send(verb::put, running_app::path_of(begun) + "?digest=" + digest, bytes, {anything}).code, 201u);
    EXPECT_EQ(app.send(verb::post, "/v2/e/f/blobs/uploads/?mount=" + digest, {}, {anything}).code, 201u);
    EXPECT_EQ(app.send(verb::post, "/v2/a/b/blobs/uploads/?mount=" + digest + "&from=c/d", {}, {anything}).code, 201u);
}

TEST(auth, goes_on_with_the_connection_of_a_stranger_who_sent_a_body) {
    running_app app{yaml};
    test::raw_client client{app.port()};
    const std::string head = "PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n";
    client.send(head + std::string(20000, 'x'));
    const std::string first = client.read_until("}]}\n");
    EXPECT_TRUE(first.starts_with("HTTP/1.1 401 ")) << first;
    EXPECT_EQ(first.find("Connection: close"), std::string::npos);
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace berth
