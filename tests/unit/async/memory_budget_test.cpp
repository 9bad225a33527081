#include "async/memory_budget.hpp"

#include "async/for_each.hpp"
#include "support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace berth::async {
namespace {

// Lets everything that can run do so.
awaitable<void> settle() {
    for (int i = 0; i < 20; ++i) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

awaitable<void> take(memory_budget& from, std::size_t bytes, int name, std::vector<int>& order,
                     std::vector<memory_budget::claim>& held) {
    held.push_back(co_await from.acquire(bytes));
    order.push_back(name);
}

TEST(memory_budget, counts_what_is_claimed_until_it_is_given_back) {
    memory_budget budget{100};
    {
        const auto claim = test::run(budget.acquire(60));
        EXPECT_EQ(budget.used_bytes(), 60u);
        EXPECT_FALSE(budget.try_acquire(41));
        EXPECT_TRUE(budget.try_acquire(40));
    }
    EXPECT_EQ(budget.used_bytes(), 0u);
    EXPECT_EQ(budget.peak_bytes(), 100u);
}

TEST(memory_budget, keeps_memory_for_the_next_claim_of_its_size_within_the_limit) {
    memory_budget budget{3 * 4096};
    char* first = nullptr;
    {
        auto claim = *budget.try_acquire(8192);
        first = claim.pages();
    }
    {
        auto same = *budget.try_acquire(8192);
        EXPECT_EQ(same.pages(), first);
    }
    // Whatever is idle makes room for what is asked for.
    auto other = *budget.try_acquire(3 * 4096);
    other.pages()[3 * 4096 - 1] = 'x';
    EXPECT_EQ(budget.idle_bytes(), 0u);
}

TEST(memory_budget, grants_more_than_all_of_it_when_nothing_else_is_claimed) {
    memory_budget budget{100};
    EXPECT_EQ(test::run(budget.acquire(1000)).bytes(), 1000u);
}

TEST(memory_budget, grants_in_the_order_of_asking_also_when_a_later_one_would_fit) {
    auto play = []() -> awaitable<std::vector<int>> {
        memory_budget budget{100};
        std::vector<int> order;
        std::vector<memory_budget::claim> held;
        auto first = co_await budget.acquire(80);
        const auto executor = co_await asio::this_coro::executor;
        asio::co_spawn(executor, take(budget, 90, 1, order, held), asio::detached);
        asio::co_spawn(executor, take(budget, 10, 2, order, held), asio::detached);
        co_await settle();
        EXPECT_TRUE(order.empty());
        first.release();
        co_await settle();
        co_return order;
    };
    EXPECT_EQ(test::run(play()), (std::vector{1, 2}));
}

TEST(memory_budget, passes_over_who_was_cancelled_while_waiting) {
    auto play = []() -> awaitable<std::vector<int>> {
        memory_budget budget{100};
        std::vector<int> order;
        std::vector<memory_budget::claim> held;
        auto first = co_await budget.acquire(80);
        const auto executor = co_await asio::this_coro::executor;
        asio::cancellation_signal cancel;
        bool threw = false;
        asio::co_spawn(
            executor, take(budget, 90, 1, order, held),
            asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr e) { threw = e != nullptr; }));
        asio::co_spawn(executor, take(budget, 10, 2, order, held), asio::detached);
        co_await settle();
        cancel.emit(asio::cancellation_type::terminal);
        co_await settle();
        EXPECT_TRUE(threw);
        EXPECT_EQ(budget.used_bytes(), 90u);
        co_return order;
    };
    EXPECT_EQ(test::run(play()), std::vector{2});
}

TEST(memory_budget, keeps_a_quarter_from_those_who_fill_it_at_a_clients_pace) {
    using enum memory_budget::filled_by;
    memory_budget budget{100};
    const auto slow = budget.try_acquire(70, client);
    ASSERT_TRUE(slow);
    EXPECT_FALSE(budget.try_acquire(10, client));
    EXPECT_TRUE(budget.try_acquire(10, store));
}

TEST(memory_budget, lets_nobody_wait_behind_a_client_that_waits_for_clients) {
    using enum memory_budget::filled_by;
    auto play = []() -> awaitable<std::size_t> {
        memory_budget budget{100};
        auto slow = co_await budget.acquire(70, client);
        const auto executor = co_await asio::this_coro::executor;
        std::size_t got = 0;
        auto wait = [](memory_budget& from, std::size_t& bytes) -> awaitable<void> {
            const auto claim = co_await from.acquire(20, client);
            bytes = claim.bytes();
        };
        asio::co_spawn(executor, wait(budget, got), asio::detached);
        co_await settle();
        EXPECT_EQ(got, 0u);
        EXPECT_EQ((co_await budget.acquire(10, store)).bytes(), 10u);
        slow.release();
        co_await settle();
        co_return got;
    };
    EXPECT_EQ(test::run(play()), 20u);
}

TEST(memory_budget, leaves_a_share_for_the_next_member) {
    memory_budget budget{120};
    const memory_budget::member one{budget};
    EXPECT_EQ(one.fair_share(), 90u);
    const memory_budget::member two{budget};
    EXPECT_EQ(one.fair_share(), 51u);
}

TEST(memory_budget, is_never_exceeded_by_many_threads_and_serves_all_of_them) {
    memory_budget budget{64};
    std::atomic<int> done{0};
    asio::io_context context;
    auto work = [](memory_budget& from, std::size_t bytes, std::atomic<int>& count) -> awaitable<void> {
        for (int i = 0; i < 200; ++i) {
            const auto claim = co_await from.acquire(bytes);
            co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        }
        ++count;
    };
    for (std::size_t i = 0; i < 16; ++i)
        asio::co_spawn(asio::make_strand(context), work(budget, 5 + i * 3, done), asio::detached);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back([&context] { context.run(); });
    }
    EXPECT_EQ(done, 16);
    EXPECT_LE(budget.peak_bytes(), 64u);
    EXPECT_EQ(budget.used_bytes(), 0u);
}

}  // namespace
}  // namespace berth::async
