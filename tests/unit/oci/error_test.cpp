#include "oci/error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace berth::oci {
namespace {

TEST(error, has_a_name_a_text_and_a_status_for_every_code) {
    for (int code = 1; code <= static_cast<int>(errc::unsupported); ++code) {
        EXPECT_FALSE(code_name(static_cast<errc>(code)).empty()) << code;
        EXPECT_FALSE(default_message(static_cast<errc>(code)).empty()) << code;
        EXPECT_GE(http_status(static_cast<errc>(code)), 400U) << code;
    }
}

TEST(error, answers_with_the_statuses_of_the_reference_registry) {
    EXPECT_EQ(http_status(errc::blob_unknown), 404U);
    EXPECT_EQ(http_status(errc::blob_upload_invalid), 404U);
    EXPECT_EQ(http_status(errc::manifest_blob_unknown), 400U);
    EXPECT_EQ(http_status(errc::range_invalid), 416U);
    EXPECT_EQ(http_status(errc::unsupported), 405U);
    EXPECT_EQ(http_status(errc::toomanyrequests), 429U);
    EXPECT_EQ(http_status(errc::unknown), 500U);
}

TEST(error, writes_the_default_text_and_no_detail) {
    const std::vector<error> errors{{errc::name_unknown, {}, {}}};
    EXPECT_EQ(to_json(errors),
              "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"repository name not known to registry\"}]}\n");
}

TEST(error, writes_its_own_text_and_the_detail_as_json) {
    const std::vector<error> errors{{errc::digest_invalid, "a \"b\"\n", R"({"digest":"x"})"},
                                    {errc::unknown, {}, "null"}};
    EXPECT_EQ(to_json(errors), R"({"errors":[{"code":"DIGEST_INVALID","message":"a \"b\"\n","detail":{"digest":"x"}},)"
                               R"({"code":"UNKNOWN","message":"unknown error","detail":null}]})"
                               "\n");
}

TEST(error, is_thrown_by_value_of_an_outcome_without_one) {
    const outcome<int> failed = error{errc::tag_invalid, {}, {}};
    EXPECT_THROW(failed.value(), std::runtime_error);
}

}  // namespace
}  // namespace berth::oci
