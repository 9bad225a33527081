#include "async/blocking.hpp"

#include "support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>

namespace berth::async {
namespace {

using test::run;

TEST(blocking_pool, gives_back_what_the_work_returns) {
    blocking_pool pool{2};
    const auto work = [] { return std::make_unique<int>(42); };
    EXPECT_EQ(*run(pool.run(work)), 42);
}

TEST(blocking_pool, runs_work_that_returns_nothing) {
    blocking_pool pool{2};
    bool done = false;
    const auto work = [&] { done = true; };
    run(pool.run(work));
    EXPECT_TRUE(done);
}

TEST(blocking_pool, throws_what_the_work_throws) {
    blocking_pool pool{1};
    const auto returning = []() -> int { throw std::domain_error{"no"}; };
    const auto silent = []() -> void { throw std::domain_error{"no"}; };
    EXPECT_THROW(run(pool.run(returning)), std::domain_error);
    EXPECT_THROW(run(pool.run(silent)), std::domain_error);
}

TEST(blocking_pool, works_on_another_thread_and_comes_back) {
    blocking_pool pool{1};
    auto where = [](blocking_pool& on) -> awaitable<void> {
        const auto loop = std::this_thread::get_id();
        const auto work = [] { return std::this_thread::get_id(); };
        const auto worker = co_await on.run(work);
        EXPECT_NE(worker, loop);
        EXPECT_EQ(std::this_thread::get_id(), loop);
    };
    run(where(pool));
}

TEST(blocking_pool, serves_many_callers_with_few_threads) {
    asio::io_context context;
    blocking_pool pool{2};
    int sum = 0;
    auto add = [](blocking_pool& on, int n, int& into) -> awaitable<void> {
        const auto work = [n] { return n; };
        into += co_await on.run(work);
    };
    for (int i = 1; i <= 100; ++i) asio::co_spawn(context, add(pool, i, sum), asio::detached);
    context.run();
    EXPECT_EQ(sum, 5050);
}

}  // namespace
}  // namespace berth::async
