#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

namespace {

// Nothing listens on port 1 of this machine.
const char* const s3_that_is_away =
    "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
    "storage: {s3: {bucket: b, regionendpoint: '127.0.0.1:1', secure: false, accesskey: key, secretkey: secret}}\n"
    "http: {addr: 127.0.0.1:0}\n";

}  // namespace

TEST(outage, every_request_that_needs_the_store_is_503_with_an_oci_body) {
    running_app app{s3_that_is_away};
    const std::string digest = oci::digest::of("x").str();
    const std::pair<verb, std::string> requests[] = {
        {verb::get, "/v2/a/blobs/" + digest},     {verb::get, "/v2/a/manifests/" + digest},
        {verb::get, "/v2/a/manifests/latest"},    {verb::get, "/v2/a/tags/list"},
        {verb::get, "/v2/a/referrers/" + digest}, {verb::post, "/v2/a/blobs/uploads/?digest=" + digest}};
    for (const auto& [method, target] : requests) {
        const answer got = app.send(method, target, method == verb::post ? "x" : "");
        EXPECT_EQ(got.code, 503u) << target;
        EXPECT_NE(got.body.find("\"code\":\"UNAVAILABLE\""), std::string::npos) << target;
        EXPECT_NE(got.header("Retry-After"), "") << target;
        EXPECT_EQ(got.header("Docker-Distribution-Api-Version"), "registry/2.0") << target;
    }
    EXPECT_EQ(app.get("/v2/").code, 200u) << "without health checks the base says only that we are there";
}

TEST(outage, a_health_check_that_fails_often_enough_turns_everything_into_503) {
    running_app app{std::string{s3_that_is_away} +
                    "health: {storagedriver: {enabled: true, interval: 10ms, threshold: 2}}\n"};
    answer got;
    for (int i = 0; i < 500 && got.code != 503; ++i) {
        got = app.get("/v2/");
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    EXPECT_EQ(got.code, 503u);
    EXPECT_NE(got.body.find("\"code\":\"UNAVAILABLE\""), std::string::npos);
}

}  // namespace berth
