#include "auth/htpasswd.hpp"

#include "auth/basic_credentials.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth::auth {
namespace {

const std::string of_secret = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
const std::string of_other = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";  // 72 times "x"
const std::string other(72, 'x');

class htpasswd_test : public testing::Test {
protected:
    htpasswd_test() { write("jane:" + of_secret + "\nold:plain\n"); }

    // As tools do it: whole, in the place of the one before.
    void write(const std::string& text) const {
        std::ofstream{path_ + ".new"} << text;
        std::filesystem::rename(path_ + ".new", path_);
    }

    htpasswd::options options() const {
        return {.realm = "the yard", .path = path_, .look_every = std::chrono::seconds{0}};
    }

    static verdict ask(htpasswd& controller, std::string_view authorization) {
        const std::vector<access> wanted{{"repository", "a", "pull"}};
        const controller::question asked{authorization, wanted, "http://host"};
        return test::run(controller.check(asked));
    }
    static std::string user_let_in(htpasswd& controller, const std::string& user, const std::string& password) {
        const verdict given = ask(controller, to_authorization({user, password}));
        if (const auto* in = std::get_if<granted>(&given)) return in->user;
        EXPECT_EQ(std::get<challenge>(given).www_authenticate, "Basic realm=\"the yard\"");
        return "";
    }

    test::temporary_directory directory_;
    const std::string path_ = directory_.path() / "users";
};

TEST_F(htpasswd_test, lets_in_who_knows_the_password) {
    htpasswd controller{options()};
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "jane");
    EXPECT_EQ(user_let_in(controller, "jane", "Secret"), "");
    EXPECT_EQ(user_let_in(controller, "jane", ""), "");
    EXPECT_EQ(user_let_in(controller, "jane", of_secret), "");
    EXPECT_EQ(user_let_in(controller, "john", "secret"), "");
    EXPECT_EQ(user_let_in(controller, "", "secret"), "");
    EXPECT_EQ(user_let_in(controller, "old", "plain"), "");
}

TEST_F(htpasswd_test, challenges_who_shows_no_password) {
    htpasswd controller{options()};
    for (const char* text : {"", "Basic", "Bearer abc", "Basic !"})
        EXPECT_TRUE(std::holds_alternative<challenge>(ask(controller, text))) << text;
    EXPECT_EQ(controller.hashes_computed(), 0u);
}

TEST_F(htpasswd_test, computes_a_hash_once_for_a_password_that_is_right) {
    htpasswd controller{options()};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(user_let_in(controller, "jane", "secret"), "jane");
    EXPECT_EQ(controller.hashes_computed(), 1u);
}

TEST_F(htpasswd_test, computes_a_hash_for_each_password_that_is_wrong_and_for_each_stranger) {
    htpasswd controller{options()};
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(user_let_in(controller, "jane", "wrong"), "");
        EXPECT_EQ(user_let_in(controller, "john", "secret"), "");
    }
    EXPECT_EQ(controller.hashes_computed(), 4u);
}

TEST_F(htpasswd_test, remembers_no_more_passwords_than_it_may) {
    write("jane:" + of_secret + "\njohn:" + of_secret + "\n");
    auto with = options();
    with.max_remembered = 1;
    htpasswd controller{with};
    for (const char* user : {"jane", "john", "jane"}) EXPECT_EQ(user_let_in(controller, user, "secret"), user);
    EXPECT_EQ(controller.hashes_computed(), 3u);
}

TEST_F(htpasswd_test, goes_by_the_file_as_it_is_now) {
    htpasswd controller{options()};
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "jane");
    write("jane:" + of_other + "\njohn:" + of_secret + "\n");
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "");
    EXPECT_EQ(user_let_in(controller, "jane", other), "jane");
    EXPECT_EQ(user_let_in(controller, "john", "secret"), "john");
    write("john:" + of_secret + "\n");
    EXPECT_EQ(user_let_in(controller, "jane", other), "");
}

TEST_F(htpasswd_test, goes_on_with_what_was_there_when_the_file_is_of_no_use) {
    htpasswd controller{options()};
    write("this is no line\n");
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "jane");
    std::filesystem::remove(path_);
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "jane");
    write("john:" + of_secret + "\n");
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "");
    EXPECT_EQ(user_let_in(controller, "john", "secret"), "john");
}

TEST_F(htpasswd_test, does_not_start_without_a_file_that_is_of_use) {
    write("this is no line\n");
    EXPECT_THROW(htpasswd{options()}, option_error);
    std::filesystem::remove(path_);
    EXPECT_THROW(htpasswd{options()}, option_error);
}

TEST_F(htpasswd_test, does_not_look_at_the_file_more_often_than_it_is_told_but_for_being_asked_to) {
    auto with = options();
    with.look_every = std::chrono::hours{1};
    htpasswd controller{with};
    write("john:" + of_secret + "\n");
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "jane");
    controller.reread();
    // It says that it has begun, not that it has ended.
    for (int i = 0; i < 1000 && user_let_in(controller, "john", "secret").empty(); ++i) {
    }
    EXPECT_EQ(user_let_in(controller, "john", "secret"), "john");
    EXPECT_EQ(user_let_in(controller, "jane", "secret"), "");
}

TEST_F(htpasswd_test, turns_away_who_comes_when_too_many_wait) {
    auto with = options();
    with.max_waiting = 0;
    htpasswd controller{with};
    EXPECT_THROW(user_let_in(controller, "jane", "secret"), overloaded);
}

TEST_F(htpasswd_test, computes_for_all_at_once_who_show_the_same) {
    htpasswd controller{options()};
    const std::string shown = to_authorization({"jane", "secret"});
    int let_in = 0;
    const auto ask_once = [](htpasswd& of, std::string_view text, int& count) -> awaitable<void> {
        const htpasswd::question asked{text, {}, ""};
        const verdict given = co_await of.check(asked);
        count += std::holds_alternative<granted>(given);
    };
    auto& loop = test::event_loop();
    loop.restart();
    for (int i = 0; i < 20; ++i) asio::co_spawn(loop, ask_once(controller, shown, let_in), asio::detached);
    loop.run();
    EXPECT_EQ(let_in, 20);
    EXPECT_EQ(controller.hashes_computed(), 1u);
}

}  // namespace
}  // namespace berth::auth
