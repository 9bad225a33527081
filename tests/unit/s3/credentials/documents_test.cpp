#include "s3/credentials/documents.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::system_clock;

const wall_time noon = system_clock::from_time_t(1369396800);  // Fri, 24 May 2013 12:00:00 GMT

TEST(credentials_documents, reads_the_keys_of_an_agent) {
    const auto found = parse_json_keys(
        R"({"Code": "Success", "AccessKeyId": "ASIA", "SecretAccessKey": "s/+", "Token": "t==", "Expiration": "E"})");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->keys.access_key, "ASIA");
    EXPECT_EQ(found->keys.secret_key, "s/+");
    EXPECT_EQ(found->keys.session_token, "t==");
    EXPECT_EQ(found->expiration, "E");
}

TEST(credentials_documents, finds_no_keys_in_what_is_no_such_document) {
    for (const char* text :
         {"", "x", "[]", "{}", R"({"AccessKeyId": "a"})", R"({"AccessKeyId": 1, "SecretAccessKey": "s"})"})
        EXPECT_FALSE(parse_json_keys(text)) << text;
    for (const char* text : {"", "x", "<a/>", "<AssumeRoleWithWebIdentityResponse/>"})
        EXPECT_FALSE(parse_sts_keys(text)) << text;
}

TEST(credentials_documents, reads_the_keys_of_sts) {
    const auto found = parse_sts_keys(
        R"(<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
             <AssumeRoleWithWebIdentityResult><SubjectFromWebIdentityToken>s</SubjectFromWebIdentityToken>
               <Credentials><SessionToken>t</SessionToken><SecretAccessKey>s</SecretAccessKey>
                 <Expiration>2013-05-24T13:00:00Z</Expiration><AccessKeyId>ASIA</AccessKeyId></Credentials>
             </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>)");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->keys.access_key, "ASIA");
    EXPECT_EQ(found->keys.secret_key, "s");
    EXPECT_EQ(found->keys.session_token, "t");
    EXPECT_EQ(found->expiration, "2013-05-24T13:00:00Z");
}

TEST(credentials_documents, reads_what_services_complain_of) {
    const auto sts = parse_sts_complaint(
        R"(<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
             <Code>AccessDenied</Code><Message>Not authorized</Message></Error></ErrorResponse>)");
    EXPECT_EQ(sts.code, "AccessDenied");
    EXPECT_EQ(sts.message, "Not authorized");
    EXPECT_EQ(parse_json_complaint(R"({"code": "a", "message": "b"})").code, "a");
    EXPECT_EQ(parse_json_complaint(R"({"Code": "a", "Message": "b"})").message, "b");
    EXPECT_EQ(parse_json_complaint("<html>").code, "");
}

TEST(credentials_documents, reads_times_with_and_without_fractions) {
    EXPECT_EQ(parse_expiration("2013-05-24T12:00:00Z"), noon);
    EXPECT_EQ(parse_expiration("2013-05-24T12:00:00.123Z"), noon);
    EXPECT_EQ(parse_expiration("2013-05-24T12:00:00+00:00"), noon);
    for (const char* text : {"", "2013-05-24", "2013-05-24T12:00:00", "2013-05-24T12:00:00+02:00", "tomorrow"})
        EXPECT_FALSE(parse_expiration(text)) << text;
}

TEST(credentials_documents, gives_keys_the_life_that_the_server_gave_them_whatever_this_machines_clock_says) {
    const written_keys keys{{"a", "s", "t"}, "2013-05-24T13:00:00Z"};
    const wall_time three_hours_fast = noon + hours{3};
    const auto got = dated(keys, "Fri, 24 May 2013 12:00:00 GMT", three_hours_fast);
    ASSERT_TRUE(got);
    EXPECT_EQ((*got)->ends, three_hours_fast + hours{1});
}

TEST(credentials_documents, refuses_keys_that_have_expired) {
    const written_keys keys{{"a", "s", "t"}, "2013-05-24T11:59:00Z"};
    const auto by_server = dated(keys, "Fri, 24 May 2013 12:00:00 GMT", noon - hours{1});
    ASSERT_FALSE(by_server);
    EXPECT_NE(by_server.error().text.find("expired"), std::string::npos);
    const auto by_own_clock = dated(keys, "", noon);
    ASSERT_FALSE(by_own_clock);
    EXPECT_NE(by_own_clock.error().text.find("clock"), std::string::npos);
}

TEST(credentials_documents, takes_keys_without_an_end) {
    const auto got = dated({{"a", "s", ""}, ""}, "", noon);
    ASSERT_TRUE(got);
    EXPECT_FALSE((*got)->ends);
}

}  // namespace
}  // namespace berth::s3
