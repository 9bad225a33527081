#include "async/single_flight.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace berth::async {
namespace {

// Runs that end when they are told to, and tell how often they began.
class gate {
public:
    explicit gate(const asio::any_io_executor& executor) : changed_{executor, asio::steady_timer::time_point::max()} {}

    awaitable<int> pass() {
        const int number = ++begun;
        while (ended_ < number) {
            co_await changed_.async_wait(as_tuple);
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none)
                throw boost::system::system_error{asio::error::operation_aborted};
        }
        if (number == fails) throw std::runtime_error{"run " + std::to_string(number)};
        co_return number;
    }
    void end(int number) {
        ended_ = number;
        changed_.cancel();
    }

    int begun = 0;
    int fails = 0;  // the number of the run that throws

private:
    asio::steady_timer changed_;
    int ended_ = 0;
};

struct caller {
    int got = 0;
    std::string threw{};
    bool aborted = false;
    asio::cancellation_signal cancel{};
};

awaitable<void> ask(single_flight<int>& flights, std::string key, gate& work, caller& me) {
    const auto pass = [&work] { return work.pass(); };
    try {
        me.got = co_await flights.run(std::move(key), pass);
    } catch (const boost::system::system_error&) {
        me.aborted = true;
    } catch (const std::exception& error) {
        me.threw = error.what();
    }
}

struct single_flight_test : testing::Test {
    asio::io_context context;
    asio::any_io_executor executor = context.get_executor();
    single_flight<int> flights;
    gate work{executor};
    caller first, second, third, late;

    // Lets everything that can run do so.
    void settle() {
        context.restart();
        context.poll();
    }
    void start(caller& one, const std::string& key = "tag") {
        asio::co_spawn(executor, ask(flights, key, work, one),
                       asio::bind_cancellation_slot(one.cancel.slot(), asio::detached));
        settle();
    }
    void end(int number) {
        work.end(number);
        settle();
    }
    void cancel(caller& one) {
        one.cancel.emit(asio::cancellation_type::terminal);
        settle();
    }
    void TearDown() override { end(100); }
};

TEST_F(single_flight_test, all_who_come_while_one_run_is_under_way_share_the_next) {
    start(first);
    start(second);
    start(third);
    EXPECT_EQ(work.begun, 1);
    end(1);
    EXPECT_EQ(first.got, 1);
    EXPECT_EQ(second.got, 0) << "its question is younger than that answer";
    EXPECT_EQ(work.begun, 2);
    start(late);
    end(2);
    EXPECT_EQ(second.got, 2);
    EXPECT_EQ(third.got, 2);
    EXPECT_EQ(late.got, 0);
    end(3);
    EXPECT_EQ(late.got, 3);
    EXPECT_EQ(work.begun, 3);
}

TEST_F(single_flight_test, keeps_keys_apart) {
    start(first, "one");
    start(second, "other");
    EXPECT_EQ(work.begun, 2);
    end(2);
    EXPECT_EQ(first.got, 1);
    EXPECT_EQ(second.got, 2);
}

TEST_F(single_flight_test, all_who_share_a_run_get_what_it_throws) {
    work.fails = 2;
    start(first);
    start(second);
    start(third);
    end(1);
    start(late);
    end(2);
    EXPECT_EQ(second.threw, "run 2");
    EXPECT_EQ(third.threw, "run 2");
    EXPECT_EQ(work.begun, 3) << "and those behind them are served";
    end(3);
    EXPECT_EQ(late.got, 3);
}

TEST_F(single_flight_test, one_who_waits_and_is_cancelled_disturbs_nobody) {
    start(first);
    start(second);
    start(third);
    cancel(third);
    EXPECT_TRUE(third.aborted);
    cancel(second);
    EXPECT_TRUE(second.aborted);
    start(late);
    end(1);
    EXPECT_EQ(first.got, 1);
    end(2);
    EXPECT_EQ(late.got, 2);
}

TEST_F(single_flight_test, one_who_shares_a_run_and_is_cancelled_disturbs_nobody) {
    start(first);
    start(second);
    start(third);
    start(late);
    end(1);
    cancel(third);
    EXPECT_TRUE(third.aborted);
    end(2);
    EXPECT_EQ(second.got, 2);
    EXPECT_EQ(late.got, 2);
}

TEST_F(single_flight_test, where_the_one_who_does_the_work_is_cancelled_the_next_begins_anew) {
    start(first);
    start(second);
    start(third);
    end(1);
    start(late);
    cancel(second);
    EXPECT_TRUE(second.aborted);
    EXPECT_EQ(work.begun, 3);
    end(3);
    EXPECT_EQ(third.got, 3);
    EXPECT_EQ(late.got, 3) << "this run began after its question, too";
}

TEST_F(single_flight_test, one_who_is_cancelled_just_when_its_turn_comes_hands_it_over) {
    for (int steps = 0; steps < 12; ++steps) {
        SCOPED_TRACE(steps);
        caller leader, next, behind;
        const int before = work.begun;
        start(leader);
        start(next);
        start(behind);
        work.end(before + 1);
        context.restart();
        for (int i = 0; i < steps; ++i) context.poll_one();
        cancel(next);
        end(before + 3);
        EXPECT_EQ(leader.got, before + 1);
        EXPECT_TRUE(next.aborted || next.got > before + 1);
        EXPECT_GT(behind.got, before + 1);
    }
}

TEST_F(single_flight_test, one_who_is_alone_and_cancelled_leaves_nothing_behind) {
    start(first);
    cancel(first);
    EXPECT_TRUE(first.aborted);
    start(second);
    EXPECT_EQ(work.begun, 2);
    end(2);
    EXPECT_EQ(second.got, 2);
}

awaitable<void> ask_often(single_flight<int>& flights, std::atomic<int>& now, std::atomic<int>& runs, int times) {
    auto answer = [](std::atomic<int>& from, std::atomic<int>& count) -> awaitable<int> {
        ++count;
        const int read = from;
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        co_return read;
    };
    const auto work = [&] { return answer(now, runs); };
    for (int i = 0; i < times; ++i) {
        const int asked_at = ++now;
        const int got = co_await flights.run("key", work);
        if (got < asked_at) throw std::logic_error{"an answer from before the question"};
    }
}

TEST(single_flight, gives_no_answer_older_than_the_question_on_any_thread) {
    constexpr int callers = 32, times = 200;
    single_flight<int> flights;
    std::atomic<int> now{0}, runs{0}, failures{0};
    asio::io_context context;
    for (int i = 0; i < callers; ++i)
        asio::co_spawn(asio::make_strand(context), ask_often(flights, now, runs, times), [&](std::exception_ptr error) {
            if (error) ++failures;
        });
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back([&] { context.run(); });
    }
    EXPECT_EQ(failures, 0);
    EXPECT_LT(runs, callers * times);
}

}  // namespace
}  // namespace berth::async
