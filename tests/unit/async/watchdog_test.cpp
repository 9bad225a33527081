#include "async/watchdog.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace berth::async {
namespace {

using namespace std::chrono_literals;

TEST(watchdog, barks_once_its_time_has_passed) {
    asio::io_context context;
    int barks = 0;
    watchdog dog{context.get_executor(), [&] { ++barks; }};
    dog.expires_after(0ms);
    context.run();
    EXPECT_EQ(barks, 1);
    EXPECT_TRUE(dog.expired());
}

TEST(watchdog, a_deadline_that_comes_earlier_counts) {
    asio::io_context context;
    int barks = 0;
    watchdog dog{context.get_executor(), [&] { ++barks; }};
    dog.expires_after(1h);
    dog.expires_after(0ms);
    while (barks == 0) context.run_one();
    EXPECT_TRUE(dog.expired());
}

TEST(watchdog, keeps_quiet_while_its_deadline_moves) {
    asio::io_context context;
    int barks = 0;
    watchdog dog{context.get_executor(), [&] { ++barks; }};
    dog.expires_after(0ms);
    dog.expires_after(1h);
    context.run_one();
    EXPECT_EQ(barks, 0);
    EXPECT_FALSE(dog.expired());
}

TEST(watchdog, keeps_quiet_when_paused) {
    asio::io_context context;
    int barks = 0;
    watchdog dog{context.get_executor(), [&] { ++barks; }};
    dog.expires_after(0ms);
    dog.pause();
    context.run();
    EXPECT_EQ(barks, 0);
}

TEST(watchdog, works_again_after_a_pause) {
    asio::io_context context;
    int barks = 0;
    watchdog dog{context.get_executor(), [&] { ++barks; }};
    dog.expires_after(0ms);
    dog.pause();
    context.run();
    context.restart();
    dog.expires_after(0ms);
    context.run();
    EXPECT_EQ(barks, 1);
}

TEST(watchdog, keeps_quiet_once_it_is_gone) {
    asio::io_context context;
    int barks = 0;
    {
        watchdog dog{context.get_executor(), [&] { ++barks; }};
        dog.expires_after(0ms);
    }
    context.run();
    EXPECT_EQ(barks, 0);
}

}  // namespace
}  // namespace berth::async
