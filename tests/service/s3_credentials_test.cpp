#include "service/s3_app.hpp"
#include "support/fake_service.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>

namespace berth {

using test::answer;
using test::fake_service;
using test::running_app;

namespace {

// This process's environment without a source of credentials; each test has a process of its own.
class s3_credentials : public testing::Test {
protected:
    s3_credentials() {
        for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
                                 "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
                                 "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                 "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"})
            ::unsetenv(name);
        set("HOME", folder.path().string());
        set("AWS_EC2_METADATA_DISABLED", "true");
    }

    static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

    test::temporary_directory folder;
};

}  // namespace

TEST_F(s3_credentials, of_no_source_at_all_are_an_error_at_the_start) {
    const test::fake_s3 s3;
    try {
        running_app app{test::yaml_over(s3, "")};
        FAIL() << "it started";
    } catch (const app::startup_error& error) {
        EXPECT_NE(std::string{error.what()}.find("storage.s3"), std::string::npos);
        EXPECT_NE(std::string{error.what()}.find("AWS_ACCESS_KEY_ID"), std::string::npos);
    }
}

TEST_F(s3_credentials, of_a_role_may_come_later_than_the_start_and_are_renewed_when_s3_refuses_them) {
    test::fake_s3 s3{{.session_token = "session"}};
    s3.put_object("docker/registry/v2/repositories/a/_manifests/tags/t/current/link", "sha256:damaged");
    std::atomic<bool> away{true};
    fake_service sts{[&](const auto&) {
        if (away)
            return fake_service::answer{403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"};
        return fake_service::answer{
            200, "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>" +
                     s3.settings().access_key + "</AccessKeyId><SecretAccessKey>" + s3.settings().secret_key +
                     "</SecretAccessKey><SessionToken>session</SessionToken><Expiration>" +
                     format_rfc3339(std::chrono::system_clock::now() + std::chrono::hours{1}) +
                     "</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
                     "</AssumeRoleWithWebIdentityResponse>"};
    }};
    std::ofstream{folder.path() / "token"} << "token";
    set("AWS_WEB_IDENTITY_TOKEN_FILE", (folder.path() / "token").string());
    set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/berth");
    set("AWS_ENDPOINT_URL_STS", sts.url());

    running_app app{test::yaml_over(s3, "")};
    const answer early = app.get("/v2/a/tags/list");
    EXPECT_EQ(early.code, 503u);
    EXPECT_NE(early.header("Retry-After"), "");
    EXPECT_TRUE(s3.requests().empty());

    away = false;
    answer later = app.get("/v2/a/tags/list");
    for (int i = 0; i < 1000 && later.code == 503; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        later = app.get("/v2/a/tags/list");
    }
    EXPECT_EQ(later.code, 200u);
    EXPECT_NE(later.body.find("\"t\""), std::string::npos);

    s3.add_fault({.operation = "ListObjectsV2", .what = test::fault::answer{400, "ExpiredToken"}});
    EXPECT_EQ(app.get("/v2/a/tags/list").code, 503u) << "the same keys again are not worth a request";
    EXPECT_EQ(app.get("/v2/a/tags/list").code, 200u);
}

}  // namespace berth
