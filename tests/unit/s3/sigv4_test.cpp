#include "s3/sigv4.hpp"

#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::s3 {
namespace {

// The examples of the S3 API reference, "Signature Calculations for the Authorization Header" and "... Query
// Parameters".
const credentials example_keys{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
const wall_time example_time = std::chrono::system_clock::from_time_t(1369353600);  // 20130524T000000Z
constexpr std::string_view example_host = "examplebucket.s3.amazonaws.com";

signing example_signing() {
    return {example_keys, "us-east-1", example_time};
}

std::string header(const name_values& headers, std::string_view name) {
    const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
    return found == headers.end() ? "" : found->second;
}

TEST(sigv4, signs_a_get_with_a_range_as_aws_says) {
    name_values headers{{"host", std::string{example_host}}, {"range", "bytes=0-9"}};
    sign("GET", "/test.txt", {}, sha256_hex(""), example_signing(), headers);
    EXPECT_EQ(header(headers, "authorization"),
              "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
              "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
              "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    EXPECT_EQ(header(headers, "x-amz-date"), "20130524T000000Z");
    EXPECT_EQ(header(headers, "x-amz-content-sha256"), sha256_hex(""));
}

TEST(sigv4, signs_a_put_with_a_dollar_in_its_key_as_aws_says) {
    name_values headers{{"host", std::string{example_host}},
                        {"date", "Fri, 24 May 2013 00:00:00 GMT"},
                        {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    sign("PUT", '/' + encode_path("test$file.text"), {}, sha256_hex("Welcome to Amazon S3."), example_signing(),
         headers);
    EXPECT_TRUE(header(headers, "authorization")
                    .ends_with("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(sigv4, signs_a_query_without_a_value_as_aws_says) {
    name_values headers{{"host", std::string{example_host}}};
    sign("GET", "/", {{"lifecycle", ""}}, sha256_hex(""), example_signing(), headers);
    EXPECT_TRUE(header(headers, "authorization")
                    .ends_with("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(sigv4, signs_a_listing_as_aws_says) {
    name_values headers{{"host", std::string{example_host}}};
    sign("GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, sha256_hex(""), example_signing(), headers);
    EXPECT_TRUE(header(headers, "authorization")
                    .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(sigv4, presigns_a_get_as_aws_says) {
    const std::string query =
        presigned_query("GET", example_host, "/test.txt", std::chrono::seconds{86400}, example_signing());
    EXPECT_EQ(query,
              "X-Amz-Algorithm=AWS4-HMAC-SHA256"
              "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
              "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
              "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(sigv4, signs_the_session_token_with_the_rest) {
    const credentials keys{"AKIA", "secret", "token/+="};
    name_values headers{{"host", "h"}};
    sign("GET", "/k", {}, sha256_hex(""), {keys, "eu-central-1", example_time}, headers);
    EXPECT_EQ(header(headers, "x-amz-security-token"), "token/+=");
    EXPECT_NE(header(headers, "authorization").find("x-amz-date;x-amz-security-token,"), std::string::npos);

    const std::string query =
        presigned_query("GET", "h", "/k", std::chrono::seconds{60}, {keys, "eu-central-1", example_time});
    EXPECT_NE(query.find("&X-Amz-Security-Token=token%2F%2B%3D&"), std::string::npos);
}

TEST(sigv4, keeps_the_lifetime_of_a_url_within_what_s3_allows) {
    const auto query = [](long seconds) {
        return presigned_query("GET", "h", "/k", std::chrono::seconds{seconds}, example_signing());
    };
    EXPECT_NE(query(0).find("X-Amz-Expires=1&"), std::string::npos);
    EXPECT_NE(query(10'000'000).find("X-Amz-Expires=604800&"), std::string::npos);
}

TEST(sigv4, collapses_blanks_in_header_values_for_signing_only) {
    name_values tidy{{"host", "h"}, {"x-amz-meta-a", "b c"}};
    name_values loose{{"host", "h"}, {"x-amz-meta-a", "  b   c "}};
    sign("GET", "/k", {}, sha256_hex(""), example_signing(), tidy);
    sign("GET", "/k", {}, sha256_hex(""), example_signing(), loose);
    EXPECT_EQ(header(tidy, "authorization"), header(loose, "authorization"));
    EXPECT_EQ(header(loose, "x-amz-meta-a"), "  b   c ");
}

}  // namespace
}  // namespace berth::s3
