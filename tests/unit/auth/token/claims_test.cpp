#include "auth/token/claims.hpp"

#include <gtest/gtest.h>

namespace berth::auth {

namespace {

bool allows(const claims& said, std::vector<access> wanted) {
    return said.allow(wanted);
}

}  // namespace

TEST(claims, allow_what_they_list_and_nothing_else) {
    const auto said = parse_claims(R"({"access": [
        {"type": "repository", "name": "team/net", "actions": ["pull", "push"]},
        {"type": "repository", "class": "image", "name": "base", "actions": ["pull"]},
        {"type": "registry", "name": "catalog", "actions": null}]})");
    ASSERT_TRUE(said);
    EXPECT_TRUE(allows(*said, {}));
    EXPECT_TRUE(allows(*said, {{"repository", "team/net", "pull"}, {"repository", "team/net", "push"}}));
    EXPECT_TRUE(allows(*said, {{"repository", "team/net", "push"}, {"repository", "base", "pull"}}));
    EXPECT_FALSE(allows(*said, {{"repository", "team/net", "pull"}, {"repository", "base", "push"}}));
    for (const access& other : std::vector<access>{{"repository", "team/net", "delete"},
                                                   {"repository", "team", "pull"},
                                                   {"repository", "team/net/x", "pull"},
                                                   {"repository", "Base", "pull"},
                                                   {"registry", "base", "pull"},
                                                   {"registry", "catalog", "*"},
                                                   {"repository", "team/net", "*"}})
        EXPECT_FALSE(allows(*said, {other})) << other.name;
}

TEST(claims, allow_any_action_by_a_star_which_is_no_name) {
    const auto said = parse_claims(R"({"access": [{"type": "repository", "name": "a", "actions": ["*"]},
        {"type": "repository", "name": "*", "actions": ["pull"]}, {"type": "*", "name": "b", "actions": ["pull"]}]})");
    ASSERT_TRUE(said);
    EXPECT_TRUE(allows(*said, {{"repository", "a", "delete"}, {"repository", "a", "*"}}));
    EXPECT_FALSE(allows(*said, {{"repository", "b", "pull"}}));
}

TEST(claims, are_empty_where_nothing_is_said) {
    for (const char* text : {"{}", R"({"access": null, "sub": null, "aud": null, "exp": null})", R"({"access": []})"}) {
        const auto said = parse_claims(text);
        ASSERT_TRUE(said) << text;
        EXPECT_TRUE(said->subject.empty() && said->audiences.empty() && said->allowed.empty());
        EXPECT_EQ(said->expires_s, 0);
    }
}

TEST(claims, have_times_with_and_without_a_fraction) {
    EXPECT_EQ(parse_claims(R"({"exp": 1700000000.5, "nbf": 1700000000})")->expires_s, 1700000000.5);
    EXPECT_EQ(parse_claims(R"({"exp": -1, "nbf": 1700000000})")->begins_s, 1700000000);
    EXPECT_FALSE(parse_claims(R"({"exp": "1700000000"})"));
}

TEST(claims, are_an_object_without_names_that_occur_twice) {
    for (const char* text : {"", "null", "[]", "\"\"", "{", "{}{}", R"({"iss": "a", "iss": "a"})",
                             R"({"access": [{"name": "a", "name": "b"}]})"})
        EXPECT_FALSE(parse_claims(text)) << text;
}

}  // namespace berth::auth
