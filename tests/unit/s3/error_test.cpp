#include "s3/error.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(error, looks_at_the_code_before_the_status) {
    EXPECT_EQ(classify(404, "NoSuchKey"), verdict::not_found);
    EXPECT_EQ(classify(404, "NoSuchBucket"), verdict::fail);
    EXPECT_EQ(classify(404, "NoSuchUpload"), verdict::fail);
    EXPECT_EQ(classify(400, "RequestTimeout"), verdict::retry);
    EXPECT_EQ(classify(400, "SlowDown"), verdict::retry_throttled);
    EXPECT_EQ(classify(403, "RequestTimeTooSkewed"), verdict::clock_skew);
    EXPECT_EQ(classify(400, "AuthorizationHeaderMalformed"), verdict::redirect_region);
    EXPECT_EQ(classify(400, "ExpiredToken"), verdict::refresh_credentials);
    EXPECT_EQ(classify(403, "SignatureDoesNotMatch"), verdict::fail);
    EXPECT_EQ(classify(500, "AccessDenied"), verdict::fail);
}

TEST(error, goes_by_the_status_where_the_code_is_unknown_or_absent) {
    EXPECT_EQ(classify(0, ""), verdict::retry);
    EXPECT_EQ(classify(503, ""), verdict::retry_throttled);
    EXPECT_EQ(classify(429, "Whatever"), verdict::retry_throttled);
    EXPECT_EQ(classify(500, "Whatever"), verdict::retry);
    EXPECT_EQ(classify(502, ""), verdict::retry);
    EXPECT_EQ(classify(501, ""), verdict::fail);
    EXPECT_EQ(classify(404, ""), verdict::not_found);
    EXPECT_EQ(classify(403, ""), verdict::fail);
    EXPECT_EQ(classify(412, ""), verdict::fail);
    EXPECT_EQ(classify(301, ""), verdict::redirect_region);
    EXPECT_EQ(classify(418, "Whatever"), verdict::fail);
}

TEST(error, treats_an_error_within_a_success_as_its_code_says) {
    EXPECT_EQ(classify(200, "InternalError"), verdict::retry);
    EXPECT_EQ(classify(200, "Whatever"), verdict::retry);
    EXPECT_EQ(classify(200, "AccessDenied"), verdict::fail);
}

TEST(error, of_a_result_is_thrown_by_value) {
    const result<int, failure> failed{failure{.kind = verdict::fail, .status = 403, .code = "AccessDenied"}};
    try {
        failed.value();
        FAIL() << "no exception";
    } catch (const error& e) {
        EXPECT_EQ(e.why().code, "AccessDenied");
        EXPECT_EQ(e.why().status, 403);
    }
}

}  // namespace
}  // namespace berth::s3
