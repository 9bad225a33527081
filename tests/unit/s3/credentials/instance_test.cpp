#include "s3/credentials/instance.hpp"

#include "support/fake_service.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

using std::chrono::system_clock;
using test::fake_service;

const std::string roles = "/latest/meta-data/iam/security-credentials/";

std::string good_keys() {
    return R"({"Code": "Success", "AccessKeyId": "ASIA", "SecretAccessKey": "s", "Token": "t", "Expiration": ")" +
           format_rfc3339(system_clock::now() + std::chrono::hours{6}) + "\"}";
}

// As EC2 does it: nothing without a token.
fake_service::answer metadata(const fake_service::question& asked) {
    if (asked.line() == "PUT /latest/api/token")
        return asked.header("X-aws-ec2-metadata-token-ttl-seconds") == "21600" ? fake_service::answer{200, "tok=="}
                                                                               : fake_service::answer{400};
    if (asked.header("X-aws-ec2-metadata-token") != "tok==") return {401};
    if (asked.line() == "GET " + roles) return {200, "my-role\n"};
    if (asked.line() == "GET " + roles + "my-role") return {200, good_keys()};
    return {404};
}

keys_result fetch(const fake_service& server, std::chrono::milliseconds timeout = std::chrono::seconds{5}) {
    instance_source source{{server.url(), timeout, system_clock::now, "AWS_ACCESS_KEY_ID is not set; "}};
    return test::run(source.fetch());
}

std::string failure(std::function<fake_service::answer(const fake_service::question&)> rule) {
    fake_service server{std::move(rule)};
    const keys_result got = fetch(server);
    EXPECT_FALSE(got);
    return got ? "" : got.error().text;
}

TEST(instance_metadata, is_asked_for_a_token_then_for_the_role_then_for_its_keys) {
    fake_service server{metadata};
    const keys_result got = fetch(server);
    ASSERT_TRUE(got);
    EXPECT_EQ((*got)->keys.access_key, "ASIA");
    EXPECT_EQ((*got)->keys.secret_key, "s");
    EXPECT_EQ((*got)->keys.session_token, "t");
    EXPECT_EQ(server.lines(),
              (std::vector<std::string>{"PUT /latest/api/token", "GET " + roles, "GET " + roles + "my-role"}));
}

TEST(instance_metadata, is_never_asked_without_a_token) {
    for (const unsigned status : {400u, 404u, 405u}) {
        fake_service server{[&](const auto& asked) {
            return asked.method == "PUT" ? fake_service::answer{status} : fake_service::answer{200, "my-role"};
        }};
        const keys_result got = fetch(server);
        ASSERT_FALSE(got);
        EXPECT_NE(got.error().text.find("IMDSv2"), std::string::npos);
        EXPECT_EQ(server.lines(), std::vector<std::string>{"PUT /latest/api/token"}) << status;
    }
}

TEST(instance_metadata, that_stays_silent_is_a_matter_of_the_hop_limit) {
    fake_service server{[](const auto&) { return fake_service::answer{.silent = true}; }};
    const keys_result got = fetch(server, std::chrono::milliseconds{50});
    ASSERT_FALSE(got);
    for (const char* word : {"hop limit", "2", "host's network", "AWS_ACCESS_KEY_ID is not set"})
        EXPECT_NE(got.error().text.find(word), std::string::npos) << word;
}

TEST(instance_metadata, says_that_the_instance_has_no_role) {
    const auto text = failure([](const auto& asked) {
        return asked.method == "PUT" ? fake_service::answer{200, "tok"} : fake_service::answer{404};
    });
    EXPECT_NE(text.find("instance profile"), std::string::npos);
}

TEST(instance_metadata, says_that_it_is_turned_off) {
    EXPECT_NE(failure([](const auto&) { return fake_service::answer{403}; }).find("turned off"), std::string::npos);
}

TEST(instance_metadata, says_that_the_role_is_denied_to_the_instance) {
    const auto text = failure([](const fake_service::question& asked) {
        if (asked.method == "PUT") return fake_service::answer{200, "tok"};
        if (asked.target == roles) return fake_service::answer{200, "my-role"};
        return fake_service::answer{200, R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot"})"};
    });
    for (const char* word : {"AssumeRoleUnauthorizedAccess", "my-role", "trust policy"})
        EXPECT_NE(text.find(word), std::string::npos) << word;
}

TEST(instance_metadata, may_lie_below_a_path) {
    fake_service server{[](fake_service::question asked) {
        if (!asked.target.starts_with("/proxy")) return fake_service::answer{404};
        asked.target.erase(0, 6);
        return metadata(asked);
    }};
    instance_source source{{server.url() + "/proxy/", std::chrono::seconds{5}, system_clock::now, ""}};
    EXPECT_TRUE(test::run(source.fetch()));
}

}  // namespace
}  // namespace berth::s3
