#include "s3/credentials/container.hpp"

#include "support/fake_service.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth::s3 {
namespace {

using std::chrono::system_clock;
using test::fake_service;

fake_service::answer keys(const fake_service::question&) {
    return {200, R"({"AccessKeyId": "ASIA", "SecretAccessKey": "s", "Token": "t", "Expiration": ")" +
                     format_rfc3339(system_clock::now() + std::chrono::hours{1}) + "\"}"};
}

container_source::settings full(const std::string& uri) {
    container_source::settings settings;
    settings.full_uri = uri;
    settings.clock = system_clock::now;
    return settings;
}

keys_result fetch(container_source::settings settings) {
    container_source source{std::move(settings)};
    return test::run(source.fetch());
}

TEST(container_credentials, come_from_the_agent_that_the_uri_names) {
    fake_service agent{keys};
    auto settings = full(agent.url() + "/v1/credentials?x=1");
    settings.token = "Bearer abc";
    const keys_result got = fetch(settings);
    ASSERT_TRUE(got);
    EXPECT_EQ((*got)->keys.access_key, "ASIA");
    EXPECT_EQ((*got)->keys.session_token, "t");
    EXPECT_GT((*got)->ends, system_clock::now() + std::chrono::minutes{50});
    EXPECT_EQ(agent.lines(), std::vector<std::string>{"GET /v1/credentials?x=1"});
    EXPECT_EQ(agent.questions().at(0).header("Authorization"), "Bearer abc");
}

TEST(container_credentials, send_the_token_of_the_file_as_it_is_at_the_time) {
    test::temporary_directory folder;
    fake_service agent{keys};
    auto settings = full(agent.url());
    settings.token = "old";
    settings.token_file = (folder.path() / "token").string();
    container_source source{settings};
    EXPECT_NE(test::run(source.fetch()).error().text.find(settings.token_file), std::string::npos);
    for (const char* token : {"one", "two"}) {
        std::ofstream{settings.token_file} << token << '\n';
        EXPECT_TRUE(test::run(source.fetch()));
        EXPECT_EQ(agent.questions().back().header("Authorization"), token);
    }
}

TEST(container_credentials, never_send_a_file_of_many_lines_as_a_header) {
    test::temporary_directory folder;
    fake_service agent{keys};
    auto settings = full(agent.url());
    settings.token_file = (folder.path() / "token").string();
    std::ofstream{settings.token_file} << "abc\r\nX-Other: 1";
    EXPECT_FALSE(fetch(settings));
    EXPECT_TRUE(agent.questions().empty());
}

TEST(container_credentials, are_asked_over_plain_http_of_this_host_and_the_agents_only) {
    for (const char* uri :
         {"http://169.254.170.2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials",
          "http://127.0.0.5:80/", "http://[::1]:4000/", "http://localhost/x", "https://example.com/x"})
        EXPECT_NO_THROW(container_source{full(uri)}) << uri;
    for (const char* uri : {"http://example.com/x", "http://169.254.169.254/", "http://169.254.170.24/",
                            "http://10.0.0.1/", "http://localhost.example.com/", "nonsense"})
        EXPECT_THROW(container_source{full(uri)}, std::invalid_argument) << uri;
}

TEST(container_credentials, take_a_relative_uri_only_as_a_path) {
    container_source::settings settings;
    settings.clock = system_clock::now;
    settings.relative_uri = "/v2/credentials/1";
    EXPECT_NO_THROW(container_source{settings});
    for (const char* uri : {"@example.com/", ":80@example.com/", ".example.com/", "/a b"}) {
        settings.relative_uri = uri;
        EXPECT_THROW(container_source{settings}, std::invalid_argument) << uri;
    }
}

TEST(container_credentials, say_what_the_agent_refuses) {
    fake_service agent{[](const auto&) {
        return fake_service::answer{403, R"({"code": "AccessDeniedException", "message": "no association for abc"})"};
    }};
    auto settings = full(agent.url());
    settings.token = "abc";
    const std::string text = fetch(settings).error().text;
    EXPECT_NE(text.find("AccessDeniedException"), std::string::npos);
    EXPECT_EQ(text.find("abc"), std::string::npos) << "the token stays secret";
}

TEST(container_credentials, say_when_the_agent_is_away_or_talks_nonsense) {
    std::uint16_t closed_port = 0;
    {
        fake_service gone{keys};
        closed_port = gone.port();
    }
    const std::string address = "127.0.0.1:" + std::to_string(closed_port);
    EXPECT_NE(fetch(full("http://" + address)).error().text.find(address), std::string::npos);
    fake_service agent{[](const auto&) { return fake_service::answer{200, "<html>"}; }};
    EXPECT_NE(fetch(full(agent.url())).error().text.find("without keys"), std::string::npos);
}

}  // namespace
}  // namespace berth::s3
