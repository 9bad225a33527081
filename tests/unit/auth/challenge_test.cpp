#include "auth/challenge.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace berth::auth {
namespace {

using parameters = std::vector<std::pair<std::string_view, std::string>>;

TEST(auth_challenge, names_the_scheme_and_quotes_values) {
    EXPECT_EQ(make_challenge("Basic", parameters{{"realm", "the \"inner\" yard"}}).www_authenticate,
              R"(Basic realm="the \"inner\" yard")");
}

TEST(auth_challenge, leaves_out_what_is_empty) {
    EXPECT_EQ(make_challenge("Bearer", parameters{{"realm", "r"}, {"service", "s"}, {"scope", ""}}).www_authenticate,
              R"(Bearer realm="r",service="s")");
}

TEST(auth_scope, puts_the_actions_of_one_name_together) {
    const std::vector<access> wanted = {{"repository", "team/net", "pull"},
                                        {"repository", "base", "pull"},
                                        {"repository", "team/net", "push"},
                                        {"repository", "team/net", "pull"}};
    EXPECT_EQ(scope_of(wanted), "repository:team/net:pull,push repository:base:pull");
    EXPECT_EQ(scope_of({}), "");
}

}  // namespace
}  // namespace berth::auth
