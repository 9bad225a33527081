#include "auth/silly.hpp"

#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

verdict ask(std::string_view authorization, std::vector<access> wanted) {
    silly controller{{"r", "s"}};
    const controller::question asked{authorization, wanted, "http://host"};
    return test::run(controller.check(asked));
}

TEST(auth_silly, lets_in_who_shows_anything) {
    EXPECT_EQ(std::get<granted>(ask("x", {{"registry", "catalog", "*"}})).user, "silly");
}

TEST(auth_silly, challenges_who_shows_nothing_with_a_scope_for_each_access) {
    EXPECT_EQ(std::get<challenge>(ask("", {})).www_authenticate, R"(Bearer realm="r",service="s")");
    EXPECT_EQ(std::get<challenge>(ask("", {{"repository", "a", "pull"}, {"repository", "a", "push"}})).www_authenticate,
              R"(Bearer realm="r",service="s",scope="repository:a:pull repository:a:push")");
}

}  // namespace
}  // namespace berth::auth
