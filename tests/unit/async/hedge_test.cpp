#include "async/hedge.hpp"

#include "support/run.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace berth::async {
namespace {

using namespace std::chrono_literals;

awaitable<int> never() {
    asio::steady_timer timer{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    co_await timer.async_wait(asio::use_awaitable);
    co_return 0;
}

awaitable<int> give(int value) {
    co_return value;
}

awaitable<int> fail() {
    throw std::runtime_error{"failed"};
    co_return 0;
}

TEST(hedge, does_not_begin_the_second_one_when_the_first_is_quick) {
    const auto second = []() -> std::optional<awaitable<int>> {
        ADD_FAILURE() << "was asked for";
        return give(2);
    };
    EXPECT_EQ(test::run(hedge<int>(give(1), 1h, second)), 1);
}

TEST(hedge, takes_the_seconds_answer_when_the_first_has_none) {
    const auto second = []() -> std::optional<awaitable<int>> { return give(2); };
    EXPECT_EQ(test::run(hedge<int>(never(), 1ms, second)), 2);
}

TEST(hedge, waits_for_the_other_when_one_fails) {
    const auto second = []() -> std::optional<awaitable<int>> { return give(2); };
    auto slow_failure = []() -> awaitable<int> {
        asio::steady_timer timer{co_await asio::this_coro::executor, 20ms};
        co_await timer.async_wait(asio::use_awaitable);
        throw std::runtime_error{"failed"};
        co_return 0;
    };
    EXPECT_EQ(test::run(hedge<int>(slow_failure(), 1ms, second)), 2);
}

TEST(hedge, throws_what_the_first_threw_when_there_is_no_second) {
    const auto none = []() -> std::optional<awaitable<int>> { return std::nullopt; };
    EXPECT_THROW(test::run(hedge<int>(fail(), 1h, none)), std::runtime_error);
}

}  // namespace
}  // namespace berth::async
