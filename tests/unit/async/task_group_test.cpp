#include "async/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace berth::async {
namespace {

using namespace std::chrono_literals;

awaitable<void> wait_for_cancel(std::atomic<int>& cancelled) {
    asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    const auto [error] = co_await never.async_wait(as_tuple);
    if (error == asio::error::operation_aborted) ++cancelled;
}

awaitable<void> count(std::atomic<int>& ended) {
    co_await asio::post(asio::use_awaitable);
    ++ended;
}

awaitable<void> fail() {
    co_await asio::post(asio::use_awaitable);
    throw std::runtime_error{"the task fails"};
}

awaitable<void> wait_into(task_group& group, std::chrono::milliseconds timeout, bool& all_ended) {
    all_ended = co_await group.wait(timeout);
}

TEST(task_group, forgets_tasks_that_have_ended) {
    asio::io_context context;
    task_group group;
    std::atomic<int> ended = 0;
    for (int i = 0; i < 3; ++i) group.spawn(context.get_executor(), count(ended));
    EXPECT_EQ(group.size(), 3u);
    context.run();
    EXPECT_EQ(ended, 3);
    EXPECT_EQ(group.size(), 0u);
}

TEST(task_group, an_exception_ends_its_task_only) {
    asio::io_context context;
    task_group group;
    std::atomic<int> ended = 0;
    group.spawn(context.get_executor(), fail());
    group.spawn(context.get_executor(), count(ended));
    EXPECT_NO_THROW(context.run());
    EXPECT_EQ(ended, 1);
    EXPECT_EQ(group.size(), 0u);
}

TEST(task_group, cancel_ends_what_waits) {
    asio::io_context context;
    task_group group;
    std::atomic<int> cancelled = 0;
    for (int i = 0; i < 3; ++i) group.spawn(context.get_executor(), wait_for_cancel(cancelled));
    context.poll();
    group.cancel();
    bool all_ended = false;
    asio::co_spawn(context, wait_into(group, 1min, all_ended), asio::detached);
    context.run();
    EXPECT_TRUE(all_ended);
    EXPECT_EQ(cancelled, 3);
}

TEST(task_group, nothing_starts_after_cancel) {
    asio::io_context context;
    task_group group;
    group.cancel();
    std::atomic<int> ended = 0;
    group.spawn(context.get_executor(), count(ended));
    context.run();
    EXPECT_EQ(ended, 0);
    EXPECT_EQ(group.size(), 0u);
}

TEST(task_group, wait_gives_up_when_its_time_is_over) {
    asio::io_context context;
    task_group group;
    std::atomic<int> cancelled = 0;
    group.spawn(context.get_executor(), wait_for_cancel(cancelled));
    bool all_ended = true;
    asio::co_spawn(context, wait_into(group, 0ms, all_ended), asio::detached);
    context.poll();
    EXPECT_FALSE(all_ended);
    group.cancel();
    context.run();
}

TEST(task_group, may_be_used_from_several_threads) {
    asio::io_context context;
    task_group group;
    std::atomic<int> cancelled = 0;
    std::atomic<int> ended = 0;
    auto work = asio::make_work_guard(context);
    {
        std::vector<std::jthread> loops;
        for (int i = 0; i < 2; ++i) loops.emplace_back([&] { context.run(); });
        {
            std::vector<std::jthread> spawners;
            for (int t = 0; t < 3; ++t)
                spawners.emplace_back([&] {
                    for (int i = 0; i < 50; ++i) {
                        group.spawn(asio::make_strand(context), count(ended));
                        group.spawn(asio::make_strand(context), wait_for_cancel(cancelled));
                    }
                });
            while (group.size() < 10 && ended == 0) std::this_thread::yield();
            group.cancel();  // while others still spawn
        }
        work.reset();
    }
    EXPECT_EQ(group.size(), 0u);
    EXPECT_LE(ended, 150);
    EXPECT_LE(cancelled, 150);
}

}  // namespace
}  // namespace berth::async
