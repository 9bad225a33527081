#include "app/node_checks.hpp"

#include "support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <deque>

namespace berth::app {
namespace {

// Gives the answers in turn, then the last one for ever.
class answers {
public:
    explicit answers(std::deque<std::string> all) : all_{std::move(all)} {}

    awaitable<std::string> next() {
        std::string answer = all_.front();
        if (all_.size() > 1) all_.pop_front();
        ++asked_;
        co_return answer;
    }
    int asked() const { return asked_; }

private:
    std::deque<std::string> all_;
    int asked_ = 0;
};

node_checks::check check_of(answers& from, std::uint64_t threshold) {
    return {"/etc/out", std::chrono::milliseconds{1}, threshold, [&from] { return from.next(); }};
}

awaitable<void> run_and_stop(node_checks& checks, const answers& from, int asked) {
    const auto executor = co_await asio::this_coro::executor;
    asio::cancellation_signal stop;
    bool ended = false;
    asio::co_spawn(executor, checks.run(0),
                   asio::bind_cancellation_slot(stop.slot(), [&ended](std::exception_ptr) { ended = true; }));
    asio::steady_timer pause{executor};
    while (!ended) {
        if (from.asked() >= asked) stop.emit(asio::cancellation_type::terminal);
        pause.expires_after(std::chrono::milliseconds{1});
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// Runs the only check until it was asked so often.
void run_until(node_checks& checks, const answers& from, int asked) {
    test::run(run_and_stop(checks, from, asked));
}

TEST(node_checks, hold_where_nothing_is_wrong) {
    answers fine{{""}};
    node_checks checks{{check_of(fine, 1)}};
    run_until(checks, fine, 3);
    EXPECT_TRUE(checks.is_healthy());
    EXPECT_TRUE(checks.problems().empty());
}

TEST(node_checks, fail_with_their_name_and_what_is_wrong) {
    answers wrong{{"", "the file exists"}};
    node_checks checks{{check_of(wrong, 0)}};
    run_until(checks, wrong, 3);
    EXPECT_FALSE(checks.is_healthy());
    const std::vector<std::pair<std::string, std::string>> expected{{"/etc/out", "the file exists"}};
    EXPECT_EQ(checks.problems(), expected);
}

TEST(node_checks, count_only_after_as_many_failures_in_a_row_as_the_threshold_says) {
    answers twice{{"a", "b", "", "a", "b", ""}};
    node_checks checks{{check_of(twice, 3)}};
    run_until(checks, twice, 8);
    EXPECT_TRUE(checks.is_healthy());
    answers thrice{{"a", "b", "c"}};
    node_checks others{{check_of(thrice, 3)}};
    run_until(others, thrice, 4);
    EXPECT_FALSE(others.is_healthy());
}

TEST(node_checks, hold_again_with_the_first_answer_that_is_right) {
    answers back{{"a", ""}};
    node_checks checks{{check_of(back, 1)}};
    run_until(checks, back, 3);
    EXPECT_TRUE(checks.is_healthy());
    EXPECT_TRUE(checks.problems().empty());
}

}  // namespace
}  // namespace berth::app
