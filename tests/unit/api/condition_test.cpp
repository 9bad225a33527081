#include "api/condition.hpp"

#include <gtest/gtest.h>

namespace berth::api {

namespace {

const std::string digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::optional<http::status> failed(http::field name, const std::string& value) {
    http::fields headers;
    headers.set(name, value);
    return failed_condition(headers, digest);
}

}  // namespace

TEST(failed_condition, is_none_where_none_is_given) {
    EXPECT_EQ(failed_condition({}, digest), std::nullopt);
}

TEST(failed_condition, a_client_that_has_it_need_not_be_sent_it) {
    for (const std::string& value : {'"' + digest + '"', digest, "W/\"" + digest + '"', "\"other\" , \"" + digest + '"',
                                     std::string{"*"}, "\"other\",\t" + digest})
        EXPECT_EQ(failed(http::field::if_none_match, value), http::status::not_modified) << value;
    for (const std::string& value :
         {std::string{"\"other\""}, "\"not-" + digest + "x\"", std::string{","}, std::string{}})
        EXPECT_EQ(failed(http::field::if_none_match, value), std::nullopt) << value;
}

TEST(failed_condition, of_several_lines_each_counts) {
    http::fields headers;
    headers.insert(http::field::if_none_match, "\"other\"");
    headers.insert(http::field::if_none_match, '"' + digest + '"');
    EXPECT_EQ(failed_condition(headers, digest), http::status::not_modified);
    headers.insert(http::field::if_match, "\"other\"");
    EXPECT_EQ(failed_condition(headers, digest), http::status::precondition_failed);
    headers.insert(http::field::if_match, digest);
    EXPECT_EQ(failed_condition(headers, digest), http::status::not_modified);
}

TEST(failed_condition, what_must_be_something_else_is_not_sent) {
    EXPECT_EQ(failed(http::field::if_match, "\"other\""), http::status::precondition_failed);
    EXPECT_EQ(failed(http::field::if_match, "W/\"" + digest + '"'), http::status::precondition_failed);
    EXPECT_EQ(failed(http::field::if_match, ""), http::status::precondition_failed);
    EXPECT_EQ(failed(http::field::if_match, "\"other\", \"" + digest + '"'), std::nullopt);
    EXPECT_EQ(failed(http::field::if_match, "*"), std::nullopt);
}

}  // namespace berth::api
