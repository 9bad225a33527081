#include "async/bounded_group.hpp"

#include "support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace berth::async {
namespace {

using test::run;

// Children that count themselves and give way to the others for a few rounds.
struct counters {
    int running = 0;
    int most = 0;
    int ended = 0;
};

awaitable<void> count_myself(counters& in, int rounds) {
    in.most = std::max(in.most, ++in.running);
    for (int i = 0; i < rounds; ++i) co_await asio::post(asio::use_awaitable);
    --in.running;
    ++in.ended;
}

awaitable<void> fail() {
    co_await asio::post(asio::use_awaitable);
    throw std::domain_error{"the child fails"};
}

// Waits until it is cancelled, then takes its time to end.
awaitable<void> wait_for_cancel(counters& in) {
    ++in.running;
    asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    co_await never.async_wait(as_tuple);
    co_await asio::this_coro::reset_cancellation_state();
    for (int i = 0; i < 5; ++i) co_await asio::post(asio::use_awaitable);
    --in.running;
    ++in.ended;
}

TEST(bounded_group, never_runs_more_than_its_limit) {
    counters seen;
    auto body = [](counters& in) -> awaitable<void> {
        bounded_group group{co_await asio::this_coro::executor, 3};
        for (int i = 0; i < 20; ++i) co_await group.start(count_myself(in, i % 4));
        co_await group.join();
        EXPECT_EQ(group.running(), 0u);
    };
    run(body(seen));
    EXPECT_EQ(seen.most, 3);
    EXPECT_EQ(seen.ended, 20);
}

TEST(bounded_group, join_throws_what_a_child_threw) {
    auto body = []() -> awaitable<void> {
        bounded_group group{co_await asio::this_coro::executor, 3};
        co_await group.start(fail());
        co_await group.join();
    };
    EXPECT_THROW(run(body()), std::domain_error);
}

TEST(bounded_group, join_waits_for_the_others_before_it_throws) {
    counters seen;
    auto body = [](counters& in) -> awaitable<void> {
        bounded_group group{co_await asio::this_coro::executor, 3};
        co_await group.start(fail());
        co_await group.start(count_myself(in, 10));
        co_await group.join();
    };
    EXPECT_THROW(run(body(seen)), std::domain_error);
    EXPECT_EQ(seen.ended, 1);
}

TEST(bounded_group, nothing_starts_after_a_failure) {
    counters seen;
    auto body = [](counters& in) -> awaitable<void> {
        bounded_group group{co_await asio::this_coro::executor, 1};
        co_await group.start(fail());
        bool thrown = false;
        try {
            co_await group.start(count_myself(in, 0));
        } catch (const std::domain_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        co_await group.settle();
    };
    run(body(seen));
    EXPECT_EQ(seen.ended, 0);
}

TEST(bounded_group, settle_drops_failures) {
    counters seen;
    auto body = [](counters& in) -> awaitable<void> {
        bounded_group group{co_await asio::this_coro::executor, 2};
        co_await group.start(fail());
        co_await group.settle();
        co_await group.start(count_myself(in, 1));
        co_await group.join();
    };
    EXPECT_NO_THROW(run(body(seen)));
    EXPECT_EQ(seen.ended, 1);
}

TEST(bounded_group, a_cancelled_parent_cancels_its_children_and_waits_for_them) {
    counters seen;
    auto body = [](counters& in) -> awaitable<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        bounded_group group{co_await asio::this_coro::executor, 2};
        co_await group.start(wait_for_cancel(in));
        co_await group.start(wait_for_cancel(in));
        co_await group.settle();
        EXPECT_EQ(in.ended, 2);
    };
    asio::io_context context;
    asio::cancellation_signal stop;
    bool ended = false;
    const auto done = [&](std::exception_ptr) { ended = true; };
    asio::co_spawn(context, body(seen), asio::bind_cancellation_slot(stop.slot(), done));
    while (seen.running < 2) context.run_one();
    stop.emit(asio::cancellation_type::terminal);
    context.run();
    EXPECT_TRUE(ended);
    EXPECT_EQ(seen.ended, 2);
}

}  // namespace
}  // namespace berth::async
