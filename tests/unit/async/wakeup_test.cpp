#include "async/wakeup.hpp"

#include "support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace berth::async {
namespace {

TEST(wakeup, that_comes_before_the_sleep_ends_it_at_once) {
    auto play = []() -> awaitable<bool> {
        wakeup bell{co_await asio::this_coro::executor};
        bell.notify();
        co_return co_await bell.sleep();
    };
    EXPECT_TRUE(test::run(play()));
}

TEST(wakeup, ends_one_sleep_only) {
    auto play = []() -> awaitable<bool> {
        wakeup bell{co_await asio::this_coro::executor};
        bell.notify();
        bell.notify();
        co_await bell.sleep();
        co_return co_await bell.sleep(wakeup::clock::now());
    };
    EXPECT_FALSE(test::run(play()));
}

TEST(wakeup, none_is_lost_between_threads) {
    constexpr int rounds = 2000;
    auto play = [](std::atomic<int>& produced) -> awaitable<int> {
        wakeup bell{co_await asio::this_coro::executor};
        std::jthread other{[&] {
            for (int i = 0; i < rounds; ++i) {
                ++produced;
                bell.notify();
            }
        }};
        int sleeps = 0;
        for (; produced < rounds; ++sleeps) co_await bell.sleep();
        co_return sleeps;
    };
    std::atomic<int> produced{0};
    EXPECT_LE(test::run(play(produced)), rounds);
}

TEST(wakeup, a_cancelled_sleep_throws) {
    auto play = []() -> awaitable<bool> {
        const auto executor = co_await asio::this_coro::executor;
        wakeup bell{executor};
        asio::cancellation_signal cancel;
        bool threw = false;
        auto sleep = [](wakeup& one) -> awaitable<void> { co_await one.sleep(); };
        asio::co_spawn(executor, sleep(bell), asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr e) {
                           threw = e != nullptr;
                       }));
        for (int i = 0; i < 5; ++i) co_await asio::post(executor, asio::use_awaitable);
        cancel.emit(asio::cancellation_type::terminal);
        for (int i = 0; i < 5; ++i) co_await asio::post(executor, asio::use_awaitable);
        co_return threw;
    };
    EXPECT_TRUE(test::run(play()));
}

}  // namespace
}  // namespace berth::async
