#include "async/for_each.hpp"

#include "support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

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

TEST(for_each, visits_every_item_and_never_runs_more_than_its_limit) {
    std::vector<int> rounds(20);
    std::iota(rounds.begin(), rounds.end(), 0);
    counters seen;
    run(for_each(rounds, 3, [&](int r) { return count_myself(seen, r % 4); }));
    EXPECT_EQ(seen.most, 3);
    EXPECT_EQ(seen.ended, 20);
}

TEST(for_each, of_nothing_does_nothing) {
    std::vector<int> none;
    run(for_each(none, 3, [](int) { return fail(); }));
}

TEST(for_each, throws_what_the_work_threw_after_the_others_have_ended) {
    std::vector<int> items{0, 10, 10};
    counters seen;
    const auto work = [&](int rounds) { return rounds == 0 ? fail() : count_myself(seen, rounds); };
    EXPECT_THROW(run(for_each(items, 3, work)), std::domain_error);
    EXPECT_EQ(seen.ended, 2);
}

TEST(for_each, starts_nothing_more_after_a_failure) {
    std::vector<int> items{0, 1, 2, 3};
    counters seen;
    const auto work = [&](int item) { return item == 0 ? fail() : count_myself(seen, 0); };
    EXPECT_THROW(run(for_each(items, 1, work)), std::domain_error);
    EXPECT_EQ(seen.ended, 0);
}

TEST(for_each, a_cancelled_caller_cancels_the_work_and_waits_for_its_end) {
    counters seen;
    int ended_before_the_caller = -1;
    bool went_on = false;
    auto body = [](counters& in, int& at_the_end, bool& on) -> awaitable<void> {
        std::vector<int> items(5);
        struct watch {
            counters& in;
            int& at_the_end;
            ~watch() { at_the_end = in.ended; }
        } frame{in, at_the_end};
        co_await for_each(items, 2, [&](int) { return wait_for_cancel(in); });
        on = true;
    };
    asio::io_context context;
    asio::cancellation_signal stop;
    std::exception_ptr failure;
    const auto done = [&](std::exception_ptr f) { failure = f; };
    asio::co_spawn(context, body(seen, ended_before_the_caller, went_on),
                   asio::bind_cancellation_slot(stop.slot(), done));
    while (seen.running < 2) context.run_one();
    stop.emit(asio::cancellation_type::terminal);
    context.run();
    EXPECT_EQ(ended_before_the_caller, 2) << "the work refers to the caller's frame";
    EXPECT_FALSE(went_on) << "the work is not done";
    EXPECT_TRUE(failure);
}

}  // namespace
}  // namespace berth::async
