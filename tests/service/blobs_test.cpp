#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

namespace {
const std::string bytes = "0123456789abcdef";
const std::string digest = oci::digest::of(bytes).str();
const std::string url = "/v2/team/net/blobs/" + digest;
}  // namespace

TEST(blobs, are_returned_with_what_clients_look_at) {
    running_app app;
    app.push_blob("team/net", bytes);
    for (const verb method : {verb::get, verb::head}) {
        const answer got = app.send(method, url);
        EXPECT_EQ(got.code, 200u);
        EXPECT_EQ(got.body, method == verb::get ? bytes : "");
        EXPECT_EQ(got.header("Content-Length"), "16");
        EXPECT_EQ(got.header("Content-Type"), "application/octet-stream");
        EXPECT_EQ(got.header("Docker-Content-Digest"), digest);
        EXPECT_EQ(got.header("ETag"), '"' + digest + '"');
        EXPECT_EQ(got.header("Docker-Distribution-Api-Version"), "registry/2.0");
    }
}

TEST(blobs, come_in_parts) {
    running_app app;
    app.push_blob("team/net", bytes);
    const std::pair<std::string, std::string> cases[] = {
        {"bytes=0-3", "0123"}, {"bytes=10-", "abcdef"}, {"bytes=-2", "ef"}, {"bytes=4-999", bytes.substr(4)}};
    for (const auto& [range, expected] : cases) {
        const answer got = app.get(url, {{"Range", range}});
        EXPECT_EQ(got.code, 206u) << range;
        EXPECT_EQ(got.body, expected) << range;
        EXPECT_TRUE(got.header("Content-Range").ends_with("/16")) << range;
    }
    EXPECT_EQ(app.get(url, {{"Range", "bytes=0-3"}}).header("Content-Range"), "bytes 0-3/16");
}

TEST(blobs, a_range_that_cannot_be_satisfied_is_a_whole_answer) {
    running_app app;
    app.push_blob("team/net", bytes);
    const answer got = app.get(url, {{"Range", "bytes=16-"}});
    EXPECT_EQ(got.code, 416u);
    EXPECT_EQ(got.header("Content-Range"), "bytes */16");
    EXPECT_EQ(got.header("Content-Length"), std::to_string(got.body.size()));
}

TEST(blobs, what_is_no_single_range_gets_the_whole) {
    running_app app;
    app.push_blob("team/net", bytes);
    for (const char* range : {"bytes=0-1,4-5", "rubbish"})
        EXPECT_EQ(app.get(url, {{"Range", range}}).code, 200u) << range;
    EXPECT_EQ(app.get(url, {{"Range", "bytes=0-1"}, {"If-Range", "\"other\""}}).code, 200u);
}

TEST(blobs, a_client_that_has_it_is_told_so) {
    running_app app;
    app.push_blob("team/net", bytes);
    const answer got = app.get(url, {{"If-None-Match", '"' + digest + '"'}});
    EXPECT_EQ(got.code, 304u);
    EXPECT_TRUE(got.body.empty());
}

TEST(blobs, are_unknown_to_repositories_that_do_not_hold_them) {
    running_app app;
    app.push_blob("team/net", bytes);
    const answer got = app.get("/v2/team/other/blobs/" + digest);
    EXPECT_EQ(got.code, 404u);
    EXPECT_NE(got.body.find("BLOB_UNKNOWN"), std::string::npos);
    EXPECT_EQ(got.header("Content-Type"), "application/json; charset=utf-8");
}

TEST(blobs, with_bad_digests_are_refused) {
    running_app app;
    for (const char* bad : {"sha256:00", "sha256:../../etc/passwd", "md5:d41d8cd98f00b204e9800998ecf8427e", "x"})
        EXPECT_EQ(app.get(std::string{"/v2/team/net/blobs/"} + bad).code / 100, 4u) << bad;
}

TEST(blobs, cannot_be_deleted_yet) {
    running_app app;
    app.push_blob("team/net", bytes);
    const answer got = app.send(verb::delete_, url);
    EXPECT_EQ(got.code, 405u);
    EXPECT_NE(got.body.find("UNSUPPORTED"), std::string::npos);
}

TEST(blobs, are_found_where_a_redirect_of_the_middleware_leads) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: inmemory\n"
        "http: {addr: '127.0.0.1:0'}\n"
        "middleware: {storage: [{name: redirect, options: {baseurl: 'https://cdn.example/base'}}]}\n"};
    const std::string digest = app.push_blob("team/net", "layer"), hex = digest.substr(7);
    const answer got = app.get("/v2/team/net/blobs/" + digest);
    EXPECT_EQ(got.code, 307u);
    EXPECT_EQ(got.header("Location"),
              "https://cdn.example/base/docker/registry/v2/blobs/sha256/" + hex.substr(0, 2) + "/" + hex + "/data");
}

}  // namespace berth
