#include "auth/token/token_controller.hpp"

#include "support/run.hpp"
#include "support/temporary_directory.hpp"
#include "support/token.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth::auth {

namespace {

namespace json = boost::json;

class token_controller_test : public testing::Test {
protected:
    const test::temporary_directory folder;
    const test::signing_key key{"ES256"};
    const wall_time now = std::chrono::system_clock::now();
    token_options options{.realm = "https://tokens.example/token",
                          .realm_path = "",
                          .rules = {.issuer = "tokens.example",
                                    .service = "registry.example",
                                    .algorithms = {signature_algorithm::es256}},
                          .keys = {.jwks = folder.path() / "keys.json"}};

    void SetUp() override {
        std::ofstream{options.keys.jwks} << json::serialize(json::object{{"keys", json::array{key.jwk("k")}}});
    }

    verdict ask(std::string_view authorization, std::vector<access> wanted = {{"repository", "a", "pull"}}) const {
        token_controller controller{options};
        return test::run(controller.check({authorization, wanted, "http://node:5000"}));
    }
    // What a client that is not let in is told.
    std::string challenge_to(std::string_view authorization,
                             std::vector<access> wanted = {{"repository", "a", "pull"}}) const {
        const verdict said = ask(authorization, std::move(wanted));
        const auto* told = std::get_if<challenge>(&said);
        return told ? told->www_authenticate : "let in";
    }
    std::string token(json::array access) const {
        return test::make_token(key, {{"kid", "k"}}, test::usual_claims(now, std::move(access)));
    }
};

}  // namespace

TEST_F(token_controller_test, tells_who_has_no_token_where_to_get_which) {
    const char* const all =
        R"(Bearer realm="https://tokens.example/token",service="registry.example",scope="repository:a:pull")";
    for (const char* authorization : {"", "Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearertoken", "Bear er"})
        EXPECT_EQ(challenge_to(authorization), all) << authorization;
    EXPECT_EQ(challenge_to("", {}), R"(Bearer realm="https://tokens.example/token",service="registry.example")");
    EXPECT_EQ(challenge_to("", {{"repository", "a", "pull"}, {"repository", "a", "push"}, {"repository", "b", "pull"}}),
              R"(Bearer realm="https://tokens.example/token",service="registry.example",)"
              R"(scope="repository:a:pull,push repository:b:pull")");
}

TEST_F(token_controller_test, tells_why_a_token_is_not_enough) {
    const std::string all =
        R"(Bearer realm="https://tokens.example/token",service="registry.example",scope="repository:a:pull")";
    EXPECT_EQ(challenge_to("Bearer nonsense"), all + R"(,error="invalid_token")");
    EXPECT_EQ(challenge_to("Bearer " + token({test::may("b", {"pull"})})), all + R"(,error="insufficient_scope")");
}

TEST_F(token_controller_test, lets_in_for_all_that_is_wanted_under_the_tokens_subject) {
    const verdict said = ask("bearer " + token({test::may("a", {"pull"})}));
    ASSERT_TRUE(std::holds_alternative<granted>(said));
    EXPECT_EQ(std::get<granted>(said).user, "alice");
    EXPECT_EQ(challenge_to("Bearer " + token({}), {}), "let in");
}

TEST_F(token_controller_test, may_name_a_service_on_the_host_that_the_client_knows) {
    options.realm_path = "/auth/token/";
    EXPECT_EQ(challenge_to("", {}), R"(Bearer realm="http://node:5000/auth/token/",service="registry.example")");
}

}  // namespace berth::auth
