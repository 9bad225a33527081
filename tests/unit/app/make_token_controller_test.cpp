#include "app/make_token_controller.hpp"

#include "app/startup_error.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"
#include "support/token.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth::app {

namespace {

namespace json = boost::json;

class make_token_controller_test : public testing::Test {
protected:
    const test::temporary_directory folder;
    const test::signing_key rsa{"RS256"};
    config::token_auth settings;

    void SetUp() override {
        settings.realm = "https://tokens.example/token";
        settings.service = "registry.example";
        settings.issuer = "tokens.example";
        settings.jwks = folder.path() / "keys.json";
        std::ofstream{settings.jwks} << json::serialize(json::object{{"keys", json::array{rsa.jwk("k")}}});
    }

    bool lets_in(const test::signing_key& by) const {
        const auto controller = make_token_controller(settings);
        const std::string authorization =
            "Bearer " + test::make_token(by, {{"kid", "k"}}, test::usual_claims(std::chrono::system_clock::now()));
        const auth::verdict said = test::run(controller->check({authorization, {}, "http://node"}));
        return std::holds_alternative<auth::granted>(said);
    }
    void expect_refusal(const std::string& beginning) const {
        try {
            make_token_controller(settings);
            ADD_FAILURE() << "it is made";
        } catch (const startup_error& error) {
            EXPECT_TRUE(std::string{error.what()}.starts_with(beginning)) << error.what();
        }
    }
};

}  // namespace

TEST_F(make_token_controller_test, allows_all_algorithms_where_none_is_listed) {
    EXPECT_TRUE(lets_in(rsa));
    EXPECT_TRUE(lets_in(rsa.with("PS512")));
}

TEST_F(make_token_controller_test, allows_those_that_are_listed) {
    settings.signing_algorithms = {"HS256", "PS512", "ES256"};
    EXPECT_FALSE(lets_in(rsa));
    EXPECT_TRUE(lets_in(rsa.with("PS512")));
}

TEST_F(make_token_controller_test, does_without_names_that_are_none_or_check_nothing) {
    for (const std::vector<std::string>& names :
         {std::vector<std::string>{"HS256"}, {"none"}, {"RS256", "none"}, {"RS256", ""}, {"rs256"}}) {
        settings.signing_algorithms = names;
        expect_refusal("auth.token.signingalgorithms: ");
    }
}

TEST_F(make_token_controller_test, names_the_key_of_a_file_that_is_of_no_use) {
    settings.root_cert_bundle = folder.path() / "nowhere.pem";
    expect_refusal("auth.token.rootcertbundle: " + settings.root_cert_bundle);
}

}  // namespace berth::app
