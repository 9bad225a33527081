#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

TEST(protocol, ping) {
    running_app app;
    const answer got = app.get("/v2/");
    EXPECT_EQ(got.code, 200u);
    EXPECT_EQ(got.body, "{}");
    EXPECT_EQ(got.header("Docker-Distribution-Api-Version"), "registry/2.0");
    EXPECT_EQ(app.get("/v2").header("Location"), "/v2/");
    EXPECT_EQ(app.get("/v2?a=b").header("Location"), "/v2/?a=b");
    EXPECT_EQ(app.get("/").code, 200u);
}

TEST(protocol, names_are_refused_by_rule_whatever_the_host) {
    running_app app;
    const std::string longest(255, 'a'), too_long(256, 'a');
    EXPECT_EQ(app.get("/v2/" + longest + "/tags/list").code, 404u);
    for (const std::string& name : {std::string{"Upper/Case"}, too_long, std::string{"a//b"}, std::string{"a/../b"},
                                    std::string{"-a"}, std::string{"a%2F%2Fb"}}) {
        const answer got = app.get("/v2/" + name + "/tags/list");
        EXPECT_EQ(got.code, 400u) << name;
        EXPECT_NE(got.body.find("NAME_INVALID"), std::string::npos) << name;
    }
}

TEST(protocol, errors_are_json_of_the_spec) {
    running_app app;
    const answer got = app.get("/v2/a/tags/list");
    EXPECT_EQ(got.header("Content-Type"), "application/json; charset=utf-8");
    EXPECT_TRUE(got.body.starts_with("{\"errors\":[{\"code\":\"NAME_UNKNOWN\",")) << got.body;
}

TEST(protocol, wrong_methods_are_told_the_right_ones) {
    running_app app;
    const answer got = app.send(verb::post, "/v2/a/manifests/1");
    EXPECT_EQ(got.code, 405u);
    EXPECT_EQ(got.header("Allow"), "GET, HEAD, PUT");
    EXPECT_EQ(app.send(verb::put, "/v2/").code, 405u);
    EXPECT_EQ(app.get("/v2/a/blobs/uploads/").header("Allow"), "POST");
}

TEST(protocol, options_tells_browsers_what_is_allowed) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
        "http: {addr: 127.0.0.1:0, headers: {Access-Control-Allow-Origin: ['*']}}\n"};
    for (const auto& [target, allowed] : {std::pair{"/v2/_catalog", "GET, HEAD"},
                                          {"/v2/a/manifests/1", "GET, HEAD, PUT"},
                                          {"/v2/a/blobs/uploads/", "POST"}}) {
        const answer got = app.send(verb::options, target);
        EXPECT_EQ(got.code, 200u) << target;
        EXPECT_EQ(got.header("Allow"), allowed);
        EXPECT_EQ(got.header("Access-Control-Allow-Origin"), "*");
    }
    EXPECT_EQ(app.send(verb::options, "*").code, 200u);
}

TEST(protocol, a_namespace_chooses_the_repository_that_holds_what_comes_from_there) {
    running_app app;
    const std::string both = app.push_blob("library/net", "both"), ours = app.push_blob("library/net", "ours");
    app.push_blob("docker.io/library/net", "both");
    const std::string theirs = app.push_blob("docker.io/library/net", "theirs");
    const std::string blobs = "/v2/library/net/blobs/";
    EXPECT_EQ(app.get(blobs + theirs + "?ns=docker.io").body, "theirs");
    EXPECT_EQ(app.get(blobs + both + "?ns=docker.io").header("OCI-Namespace"), "docker.io");
    EXPECT_EQ(app.get(blobs + ours + "?ns=docker.io").code, 404u);
    EXPECT_EQ(app.get(blobs + theirs).code, 404u);
    for (const char* ns : {"quay.io", "localhost:5000", "", "..", "%0d%0aX:1"}) {
        const answer got = app.get(blobs + ours + "?ns=" + ns);
        EXPECT_EQ(got.body, "ours") << ns;
        EXPECT_EQ(got.header("OCI-Namespace"), "") << ns;
    }
    EXPECT_EQ(app.send(verb::post, "/v2/library/net/blobs/uploads/?ns=docker.io").header("OCI-Namespace"), "");
}

TEST(protocol, what_is_not_there_is_404_with_an_oci_body) {
    running_app app;
    for (const char* target : {"/v3/", "/v2/a", "/favicon.ico"}) {
        const answer got = app.get(target);
        EXPECT_EQ(got.code, 404u) << target;
        EXPECT_TRUE(got.body.starts_with("{\"errors\":[")) << target;
    }
}

TEST(protocol, configured_headers_are_on_every_answer) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
        "http: {addr: 127.0.0.1:0, headers: {X-Content-Type-Options: [nosniff]}}\n"};
    EXPECT_EQ(app.get("/v2/").header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(app.get("/v2/a/tags/list").header("X-Content-Type-Options"), "nosniff");
}

TEST(protocol, locations_follow_the_configuration_and_the_proxies) {
    const std::string base =
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n";
    const std::string target = "/v2/a/blobs/uploads/";
    running_app plain{base + "http: {addr: 127.0.0.1:0}\n"};
    EXPECT_TRUE(plain.send(verb::post, target).header("Location").starts_with("http://" + plain.host() + "/v2/a/"));
    EXPECT_TRUE(plain.send(verb::post, target, {}, {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "r.test"}})
                    .header("Location")
                    .starts_with("https://r.test/v2/a/"));
    running_app relative{base + "http: {addr: 127.0.0.1:0, relativeurls: true}\n"};
    EXPECT_TRUE(relative.send(verb::post, target).header("Location").starts_with("/v2/a/"));
    running_app fixed{base + "http: {addr: 127.0.0.1:0, host: 'https://r.test'}\n"};
    EXPECT_TRUE(fixed.send(verb::post, target).header("Location").starts_with("https://r.test/v2/a/"));
}

TEST(application, stops_in_order_while_a_connection_is_open) {
    running_app app;
    app.get("/v2/");
    app.send(verb::post, "/v2/a/blobs/uploads/");
    EXPECT_TRUE(app.stop());
}

TEST(application, says_when_its_address_is_taken) {
    running_app first;
    EXPECT_THROW(running_app("version: 0.1\nlog: {level: error}\nstorage: {inmemory: {}}\nhttp: {addr: '" +
                             first.host() + "'}\n"),
                 app::startup_error);
}

}  // namespace berth
