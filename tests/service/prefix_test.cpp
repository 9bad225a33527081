// http.prefix: all that is served lies below it, and says so.
#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

namespace {

using http::verb;
using test::answer;

std::string yaml(const std::string& more = {}) {
    return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
           "http: {addr: 127.0.0.1:0, prefix: /hub/" +
           more + "}\n";
}

// Its path goes where the next request has to.
std::string push(test::running_app& app, const std::string& bytes) {
    const std::string digest = oci::digest::of(bytes).str();
    const answer begun = app.send(verb::post, "/hub/v2/a/blobs/uploads/");
    const answer taken =
        app.send(verb::patch, app.path_of(begun), bytes, {{"Content-Type", "application/octet-stream"}});
    const answer closed = app.send(verb::put, app.path_of(taken) + "?digest=" + digest);
    EXPECT_EQ(closed.code, 201u);
    return app.path_of(closed);
}

}  // namespace

TEST(prefix, stands_before_all_paths_and_in_all_that_name_one) {
    test::running_app app{yaml()};
    const std::string blob = push(app, "{}");
    EXPECT_TRUE(blob.starts_with("/hub/v2/a/blobs/sha256:")) << blob;
    EXPECT_EQ(app.get(blob).body, "{}");
    const std::string manifest = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
                                 R"("config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" +
                                 blob.substr(blob.rfind('/') + 1) + R"(","size":2},"layers":[]})";
    for (const char* tag : {"one", "two"}) {
        const answer put = app.send(verb::put, std::string{"/hub/v2/a/manifests/"} + tag, manifest,
                                    {{"Content-Type", "application/vnd.oci.image.manifest.v1+json"}});
        EXPECT_TRUE(app.path_of(put).starts_with("/hub/v2/a/manifests/sha256:")) << put.body;
    }
    EXPECT_EQ(app.get("/hub/v2/a/tags/list?n=1").header("Link"), "</hub/v2/a/tags/list?last=one&n=1>; rel=\"next\"");
    EXPECT_EQ(app.get("/hub/v2?x=y").header("Location"), "/hub/v2/?x=y");
}

TEST(prefix, leaves_nothing_at_the_root_but_its_probe) {
    test::running_app app{yaml()};
    EXPECT_EQ(app.get("/").code, 200u);
    EXPECT_EQ(app.get("/hub/v2/").body, "{}");
    for (const char* path : {"/v2/", "/v2", "/hub/", "/hub", "/hubv2/", "/v2/_catalog"})
        EXPECT_EQ(app.get(path).code, 404u) << path;
}

TEST(prefix, stands_in_relative_urls_and_not_behind_a_host_that_is_configured) {
    test::running_app relative{yaml(", relativeurls: true")};
    EXPECT_TRUE(push(relative, "{}").starts_with("/hub/v2/"));
    test::running_app elsewhere{yaml(", host: 'https://registry.test/base/'")};
    const std::string location = elsewhere.send(verb::post, "/hub/v2/a/blobs/uploads/").header("Location");
    EXPECT_TRUE(location.starts_with("https://registry.test/base/v2/a/blobs/uploads/")) << location;
}

}  // namespace berth
