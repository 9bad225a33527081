#include "s3/credentials/web_identity.hpp"

#include "support/fake_service.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth::s3 {
namespace {

using std::chrono::system_clock;
using test::fake_service;

constexpr const char* role = "arn:aws:iam::123456789012:role/berth";

std::string keys_until(wall_time end) {
    return "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA"
           "</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>" +
           format_rfc3339(end) +
           "</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
}

fake_service::answer refusal(unsigned status, const std::string& code, const std::string& message = "m") {
    return {status, "<ErrorResponse><Error><Code>" + code + "</Code><Message>" + message +
                        "</Message></Error></ErrorResponse>"};
}

class web_identity : public testing::Test {
protected:
    web_identity() { write("token-1\n"); }

    void write(const std::string& token) { std::ofstream{token_file} << token; }
    keys_result fetch(const fake_service& sts) {
        web_identity_source source{{token_file, role, "node-7", "us-east-1", sts.url(), system_clock::now}};
        return test::run(source.fetch());
    }
    std::string failure(fake_service::answer answer) {
        fake_service sts{[&](const auto&) { return answer; }};
        const keys_result got = fetch(sts);
        EXPECT_FALSE(got);
        return got ? "" : got.error().text;
    }

    test::temporary_directory folder;
    const std::string token_file = (folder.path() / "token").string();
};

TEST_F(web_identity, exchanges_the_token_for_keys_with_an_unsigned_post) {
    fake_service sts{[](const auto&) {
        return fake_service::answer{200, keys_until(system_clock::now() + std::chrono::hours{1})};
    }};
    const keys_result got = fetch(sts);
    ASSERT_TRUE(got);
    EXPECT_EQ((*got)->keys.access_key, "ASIA");
    EXPECT_EQ((*got)->keys.secret_key, "secret");
    EXPECT_EQ((*got)->keys.session_token, "session");
    EXPECT_GT((*got)->ends, system_clock::now() + std::chrono::minutes{50});

    const auto asked = sts.questions().at(0);
    EXPECT_EQ(asked.line(), "POST /");
    EXPECT_EQ(asked.header("Authorization"), "");
    EXPECT_EQ(asked.header("Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(asked.body,
              "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fberth"
              "&RoleSessionName=node-7&Version=2011-06-15&WebIdentityToken=token-1");
}

TEST_F(web_identity, reads_the_token_anew_each_time) {
    fake_service sts{[](const auto&) {
        return fake_service::answer{200, keys_until(system_clock::now() + std::chrono::hours{1})};
    }};
    fetch(sts);
    write("token-2");
    fetch(sts);
    EXPECT_TRUE(sts.questions().at(1).body.ends_with("=token-2"));
}

TEST_F(web_identity, keeps_the_life_of_keys_when_this_machines_clock_is_wrong) {
    fake_service sts{[](const auto&) {
        return fake_service::answer{200, keys_until(system_clock::now() + std::chrono::hours{1})};
    }};
    const auto slow = [] { return system_clock::now() - std::chrono::hours{5}; };
    const auto fast = [] { return system_clock::now() + std::chrono::hours{5}; };
    for (const std::function<wall_time()>& clock :
         {std::function<wall_time()>{slow}, std::function<wall_time()>{fast}}) {
        web_identity_source source{{token_file, role, "n", "us-east-1", sts.url(), clock}};
        const keys_result got = test::run(source.fetch());
        ASSERT_TRUE(got);
        EXPECT_GT((*got)->ends, clock() + std::chrono::minutes{55});
        EXPECT_LT((*got)->ends, clock() + std::chrono::minutes{65});
    }
}

TEST_F(web_identity, says_which_token_file_is_missing_or_empty) {
    fake_service sts{[](const auto&) { return fake_service::answer{}; }};
    write(" \n");
    EXPECT_NE(fetch(sts).error().text.find(token_file), std::string::npos);
    std::filesystem::remove(token_file);
    EXPECT_NE(fetch(sts).error().text.find(token_file), std::string::npos);
    EXPECT_TRUE(sts.questions().empty());
}

TEST_F(web_identity, says_that_the_role_is_denied_and_to_whom_to_look) {
    const std::string text = failure(refusal(403, "AccessDenied", "Not authorized"));
    for (const char* word : {"AccessDenied", role, "Not authorized", "trust policy"})
        EXPECT_NE(text.find(word), std::string::npos) << word;
}

TEST_F(web_identity, says_that_the_token_has_expired_and_mentions_the_clock) {
    const std::string text = failure(refusal(400, "ExpiredTokenException"));
    EXPECT_NE(text.find("ExpiredTokenException"), std::string::npos);
    EXPECT_NE(text.find("clock"), std::string::npos);
}

TEST_F(web_identity, says_that_the_region_is_not_the_right_one) {
    EXPECT_NE(failure(refusal(403, "RegionDisabledException")).find("AWS_REGION"), std::string::npos);
}

TEST_F(web_identity, never_repeats_a_token_that_sts_quotes) {
    const std::string text = failure(refusal(400, "InvalidIdentityToken", "the token token-1 is bad"));
    EXPECT_NE(text.find("InvalidIdentityToken"), std::string::npos);
    EXPECT_EQ(text.find("token-1"), std::string::npos);
}

TEST_F(web_identity, says_when_an_answer_has_no_keys_or_old_ones) {
    EXPECT_NE(failure({200, "<html/>"}).find("without keys"), std::string::npos);
    EXPECT_NE(failure({200, keys_until(system_clock::now() - std::chrono::hours{1})}).find("expired"),
              std::string::npos);
}

}  // namespace
}  // namespace berth::s3
