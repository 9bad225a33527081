#include "async/both.hpp"

#include "support/run.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace berth::async {

namespace {

awaitable<int> later(int value, int milliseconds, bool& ended) {
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{milliseconds}};
    co_await timer.async_wait(asio::use_awaitable);
    ended = true;
    co_return value;
}

awaitable<std::string> fail(const char* what) {
    throw std::runtime_error{what};
    co_return "";
}

}  // namespace

TEST(both, returns_both_results) {
    bool ended = false;
    const auto [a, b] = test::run(both(later(1, 2, ended), later(2, 1, ended)));
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, 2);
}

TEST(both, throws_the_first_failure_when_both_fail) {
    try {
        test::run(both(fail("first"), fail("second")));
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "first");
    }
}

TEST(both, waits_for_the_other_when_one_fails) {
    bool ended = false;
    EXPECT_THROW(test::run(both(later(1, 5, ended), fail("second"))), std::runtime_error);
    EXPECT_TRUE(ended);
}

}  // namespace berth::async
