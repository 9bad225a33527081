#include "s3/credentials/service.hpp"

#include "support/fake_service.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace berth::s3 {
namespace {

using test::fake_service;

TEST(credentials_service, asks_again_after_an_error_of_the_server) {
    std::atomic<int> asked{0};
    fake_service server{[&](const auto&) {
        return ++asked < 3 ? fake_service::answer{503} : fake_service::answer{200, "x"};
    }};
    credentials_service service{{"127.0.0.1", server.port(), false}, std::chrono::seconds{5}};
    const auto answer = test::run(service.ask(http::verb::get, "/", {}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "x");
    EXPECT_EQ(asked, 3);
}

TEST(credentials_service, takes_a_refusal_for_an_answer) {
    fake_service server{[](const auto&) { return fake_service::answer{403, "no"}; }};
    credentials_service service{{"127.0.0.1", server.port(), false}, std::chrono::seconds{5}};
    EXPECT_EQ(test::run(service.ask(http::verb::get, "/", {}))->status, 403);
    EXPECT_EQ(server.questions().size(), 1u);
}

TEST(credentials_service, asks_a_silent_server_once) {
    fake_service server{[](const auto&) { return fake_service::answer{.silent = true}; }};
    credentials_service service{{"127.0.0.1", server.port(), false}, std::chrono::milliseconds{50}};
    const auto answer = test::run(service.ask(http::verb::get, "/", {}));
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().timed_out);
    EXPECT_LE(server.questions().size(), 1u);
}

}  // namespace
}  // namespace berth::s3
