#include "fault/s3_fixture.hpp"
#include "s3/exchange.hpp"

namespace berth::storage {
namespace {

// One question whose server may be silent for half a second.
class s3_exchange : public testing::Test {
protected:
    static s3::options options(const test::fake_s3& server, unsigned retry_tokens) {
        s3::options options = options_for(server).client;
        options.retry_tokens = retry_tokens;
        return options;
    }

    result<s3::reply, s3::failure> ask(s3::exchange& through) {
        server.put_object("file", "content");
        const s3::request what{.operation = "GetObject",
                               .key = "file",
                               .retry = {.attempts = 5, .idle_timeout = std::chrono::milliseconds{500}}};
        return loop.run(through.send(what));
    }

    static constexpr auto stall = fault::broken_answer::end::stall;
    test::fake_s3 server;
    event_loop loop;
};

TEST_F(s3_exchange, asks_again_when_the_server_falls_silent_before_or_within_its_answer) {
    s3::exchange exchange{options(server, 500)};
    for (const auto& what : {fault::broken_answer{stall, std::nullopt}, fault::broken_answer{stall, 3}}) {
        server.add_fault({.operation = "GetObject", .what = what});
        const auto answer = ask(exchange);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->body, "content");
    }
    EXPECT_EQ(server.count("GetObject"), 4u);
}

TEST_F(s3_exchange, pays_twice_as_much_for_a_repetition_after_a_silence) {
    s3::exchange exchange{options(server, 15)};
    server.add_fault(
        {.operation = "GetObject", .times = fault::always, .what = fault::broken_answer{stall, std::nullopt}});
    const auto answer = ask(exchange);
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().text.find("not repeated"), std::string::npos);
    EXPECT_EQ(server.count("GetObject"), 2u);
}

}  // namespace
}  // namespace berth::storage
