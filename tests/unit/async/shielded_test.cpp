#include "async/shielded.hpp"

#include "async/task_group.hpp"
#include "support/run.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace berth::async {
namespace {

awaitable<void> count_after_a_wait(int& counter) {
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{1}};
    co_await timer.async_wait(asio::use_awaitable);
    ++counter;
}

awaitable<void> fail() {
    throw std::runtime_error{"it does not work"};
    co_return;
}

TEST(shielded, ends_its_work_when_the_caller_is_cancelled_meanwhile_or_was_before) {
    int counter = 0;
    bool returned_from_first = false;
    auto twice = [](int& count, bool& returned) -> awaitable<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await shielded(count_after_a_wait(count));
        returned = true;
        co_await shielded(count_after_a_wait(count));
    };
    auto cancel_at_once = [&]() -> awaitable<void> {
        task_group group;
        group.spawn(co_await asio::this_coro::executor, twice(counter, returned_from_first));
        group.cancel();
        EXPECT_TRUE(co_await group.wait(std::chrono::seconds{30}));
    };
    test::run(cancel_at_once());
    EXPECT_TRUE(returned_from_first);
    EXPECT_EQ(counter, 2);
}

TEST(shielded, throws_what_its_work_throws) {
    EXPECT_THROW(test::run(shielded(fail())), std::runtime_error);
}

}  // namespace
}  // namespace berth::async
