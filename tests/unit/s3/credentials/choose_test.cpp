#include "s3/credentials/choose.hpp"

#include "support/fake_service.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace berth::s3 {
namespace {

using std::chrono::system_clock;
using test::fake_service;

// Each source gives keys that bear its name.
class choose : public testing::Test {
protected:
    choose() {
        std::ofstream{folder.path() / "credentials"}
            << "[default]\naws_access_key_id = profile\naws_secret_access_key = s\n"
               "[work]\naws_access_key_id = work\naws_secret_access_key = s\n";
        std::ofstream{folder.path() / "token"} << "token";
    }

    std::string file(const char* name) const { return (folder.path() / name).string(); }

    static fake_service::answer answer(const fake_service::question& asked) {
        const std::string end = format_rfc3339(system_clock::now() + std::chrono::hours{1});
        if (asked.method == "POST")
            return {200,
                    "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>web"
                    "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>" +
                        end +
                        "</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
                        "</AssumeRoleWithWebIdentityResponse>"};
        if (asked.method == "PUT") return {200, "token"};
        if (asked.target.ends_with("security-credentials/")) return {200, "role"};
        const std::string name = asked.target == "/container" ? "container" : "instance";
        return {200, R"({"AccessKeyId": ")" + name + R"(", "SecretAccessKey": "s", "Token": "t", "Expiration": ")" +
                         end + "\"}"};
    }

    credentials_choice by() {
        credentials_choice choice;
        choice.region = "us-east-1";
        choice.variable = [this](const std::string& name) {
            const auto found = variables.find(name);
            return found == variables.end() ? "" : found->second;
        };
        choice.metadata_timeout = std::chrono::milliseconds{50};
        return choice;
    }
    std::string chosen() { return chosen(by()); }
    std::string chosen(const credentials_choice& choice) {
        const keys_result got = test::run(choose_credentials(choice)->get());
        return got ? (*got)->keys.access_key : got.error().text;
    }
    std::string refusal() {
        try {
            choose_credentials(by());
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        ADD_FAILURE() << "a choice was made";
        return "";
    }

    test::temporary_directory folder;
    fake_service service{answer};
    std::map<std::string, std::string> variables;
};

TEST_F(choose, goes_by_the_order_of_the_sources) {
    variables = {{"HOME", file("nobody")},
                 {"AWS_ACCESS_KEY_ID", "environment"},
                 {"AWS_SECRET_ACCESS_KEY", "s"},
                 {"AWS_SHARED_CREDENTIALS_FILE", file("credentials")},
                 {"AWS_WEB_IDENTITY_TOKEN_FILE", file("token")},
                 {"AWS_ROLE_ARN", "arn"},
                 {"AWS_ENDPOINT_URL_STS", service.url()},
                 {"AWS_CONTAINER_CREDENTIALS_FULL_URI", service.url() + "/container"},
                 {"AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url()}};
    credentials_choice choice = by();
    choice.configured = {"configured", "s", ""};
    EXPECT_EQ(chosen(choice), "configured");
    EXPECT_EQ(chosen(), "environment");
    variables.erase("AWS_ACCESS_KEY_ID");
    variables.erase("AWS_SECRET_ACCESS_KEY");
    EXPECT_EQ(chosen(), "profile");
    variables["AWS_PROFILE"] = "work";
    EXPECT_EQ(chosen(), "work");
    variables.erase("AWS_PROFILE");
    variables.erase("AWS_SHARED_CREDENTIALS_FILE");
    EXPECT_EQ(chosen(), "web");
    variables.erase("AWS_WEB_IDENTITY_TOKEN_FILE");
    EXPECT_EQ(chosen(), "container");
    variables.erase("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    EXPECT_EQ(chosen(), "instance");
}

TEST_F(choose, does_not_go_on_from_a_source_that_is_set_up_wrong) {
    const std::map<std::string, std::string> good{{"HOME", file("nobody")},
                                                  {"AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url()}};
    const std::pair<const char*, std::string> wrong[] = {{"AWS_ACCESS_KEY_ID", "x"},
                                                         {"AWS_SECRET_ACCESS_KEY", "x"},
                                                         {"AWS_SHARED_CREDENTIALS_FILE", file("missing")},
                                                         {"AWS_CONFIG_FILE", file("missing")},
                                                         {"AWS_PROFILE", "nobody"},
                                                         {"AWS_WEB_IDENTITY_TOKEN_FILE", file("token")},
                                                         {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "no-path"},
                                                         {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://10.0.0.1/"}};
    for (const auto& [name, value] : wrong) {
        variables = good;
        variables[name] = value;
        EXPECT_THROW(choose_credentials(by()), std::invalid_argument) << name;
    }
    EXPECT_TRUE(service.questions().empty());
}

TEST_F(choose, stays_with_a_web_identity_whose_token_file_is_missing) {
    variables = {{"HOME", file("nobody")},
                 {"AWS_WEB_IDENTITY_TOKEN_FILE", file("missing")},
                 {"AWS_ROLE_ARN", "arn"},
                 {"AWS_ENDPOINT_URL_STS", service.url()},
                 {"AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url()}};
    EXPECT_NE(chosen().find(file("missing")), std::string::npos);
    EXPECT_TRUE(service.questions().empty());
}

TEST_F(choose, with_no_source_at_all_names_each_of_them) {
    variables = {{"HOME", file("nobody")}, {"AWS_EC2_METADATA_DISABLED", "true"}};
    const std::string text = refusal();
    for (const char* source : {"accesskey", "AWS_ACCESS_KEY_ID", ".aws/credentials", "AWS_WEB_IDENTITY_TOKEN_FILE",
                               "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_EC2_METADATA_DISABLED"})
        EXPECT_NE(text.find(source), std::string::npos) << source;
}

TEST_F(choose, names_each_source_when_the_instance_has_nothing_either) {
    fake_service silent{[](const auto&) { return fake_service::answer{.silent = true}; }};
    variables = {{"HOME", file("nobody")}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT", silent.url()}};
    const std::string text = chosen();
    for (const char* source : {"accesskey", "AWS_ACCESS_KEY_ID", ".aws/credentials", "AWS_WEB_IDENTITY_TOKEN_FILE",
                               "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "hop limit"})
        EXPECT_NE(text.find(source), std::string::npos) << source;
}

TEST_F(choose, asks_the_sts_of_the_region_that_the_environment_names) {
    variables = {{"HOME", file("nobody")},
                 {"AWS_WEB_IDENTITY_TOKEN_FILE", file("token")},
                 {"AWS_ROLE_ARN", "arn"},
                 {"AWS_REGION", "no region.invalid"}};
    EXPECT_THROW(choose_credentials(by()), std::invalid_argument) << "a region that can be no part of a host's name";
}

}  // namespace
}  // namespace berth::s3
