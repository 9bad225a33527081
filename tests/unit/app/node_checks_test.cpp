#include "app/node_checks.hpp"

#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <optional>

namespace berth::app {
namespace {

// Gives the answers in turn, then the last one for ever; "throw" is thrown.
class answers {
public:
    explicit answers(std::deque<std::string> all) : all_{std::move(all)} {}

    awaitable<std::string> next() {
        std::string answer = all_.front();
        if (all_.size() > 1) all_.pop_front();
        ++asked_;
        if (answer == "throw") throw std::runtime_error{"no answer"};
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

TEST(node_checks, whose_question_throws_fail_and_are_asked_again) {
    answers broken{{"throw"}};
    node_checks checks{{check_of(broken, 1)}};
    run_until(checks, broken, 3);
    EXPECT_FALSE(checks.is_healthy());
    answers once{{"throw", ""}};
    node_checks others{{check_of(once, 1)}};
    run_until(others, once, 3);
    EXPECT_TRUE(others.is_healthy());
}

awaitable<std::string> wait_for_ever() {
    asio::steady_timer never{co_await asio::this_coro::executor, std::chrono::hours{1}};
    const auto [error] = co_await never.async_wait(as_tuple);
    co_return error.message();
}

TEST(node_checks, do_not_fail_by_being_stopped) {
    answers counted{{""}};
    node_checks checks{{{"x", std::chrono::milliseconds{1}, 1, wait_for_ever}}};
    run_until(checks, counted, 0);
    EXPECT_TRUE(checks.is_healthy());
}

// Of an address as a file has it.
std::string what_is_wrong_with(const std::string& address) {
    config::health_settings settings;
    settings.tcps.emplace_back().target = address;
    return test::run(make_node_checks(settings).front().ask());
}

TEST(node_checks, connect_to_an_ipv6_address_in_brackets) {
    asio::io_context context;
    const asio::ip::tcp::endpoint loopback{asio::ip::address_v6::loopback(), 0};
    std::optional<asio::ip::tcp::acceptor> listening;
    try {
        listening.emplace(context, loopback);
    } catch (const boost::system::system_error&) {
        GTEST_SKIP() << "this machine has no IPv6";
    }
    const std::string address = "[::1]:" + std::to_string(listening->local_endpoint().port());
    EXPECT_EQ(what_is_wrong_with(address), "");
    listening.reset();
    EXPECT_NE(what_is_wrong_with(address), "");
}

std::string what_is_wrong_with_file(const std::filesystem::path& file) {
    config::health_settings settings;
    settings.files.emplace_back().target = file;
    return test::run(make_node_checks(settings).front().ask());
}

TEST(node_checks, that_cannot_look_for_their_file_fail_as_in_registry_2) {
    const test::temporary_directory folder;
    const auto loop = folder.path() / "loop";
    std::filesystem::create_symlink(loop, loop);
    const auto plain = folder.path() / "plain";
    std::ofstream{plain} << "";
    EXPECT_NE(what_is_wrong_with_file(loop), "");
    EXPECT_NE(what_is_wrong_with_file(plain / "below"), "");
    EXPECT_EQ(what_is_wrong_with_file(folder.path() / "no-folder" / "below"), "");
}

}  // namespace
}  // namespace berth::app
