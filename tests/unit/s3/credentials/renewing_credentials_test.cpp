#include "s3/credentials/renewing_credentials.hpp"

#include "async/io_runtime.hpp"
#include "support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace berth::s3 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Keys "1", "2", ... that live for an hour, unless told to fail.
struct script {
    std::atomic<wall_time> now{wall_time{} + hours{1000}};
    std::atomic<int> fetched{0};
    std::atomic<bool> fails{false};
    std::atomic<bool> gives_the_same{false};

    std::function<wall_time()> clock() {
        return [this] { return now.load(); };
    }
    void pass(wall_time::duration time) { now = now.load() + time; }
};

class scripted_source final : public credentials_source {
public:
    explicit scripted_source(script& how) : how_{how} {}
    std::string_view name() const override { return "script"; }
    awaitable<keys_result> fetch() override {
        const int number = ++how_.fetched;
        // Others have the time to come and ask meanwhile.
        for (int i = 0; i < 100; ++i) co_await asio::post(asio::use_awaitable);
        if (how_.fails) co_return no_keys{"failure " + std::to_string(number)};
        const std::string key = how_.gives_the_same ? "same" : std::to_string(number);
        co_return std::make_shared<const key_set>(key_set{{key, "s", "t"}, how_.now.load() + hours{1}});
    }

private:
    script& how_;
};

class renewing : public testing::Test {
protected:
    std::string get() { return text(test::run(keys->get())); }
    static std::string text(const keys_result& got) { return got ? (*got)->keys.access_key : got.error().text; }

    script how;
    std::shared_ptr<renewing_credentials> keys =
        std::make_shared<renewing_credentials>(std::make_unique<scripted_source>(how), how.clock());
};

TEST_F(renewing, credentials_are_fetched_when_first_needed_and_kept) {
    EXPECT_EQ(keys->current(), nullptr);
    EXPECT_EQ(how.fetched, 0);
    EXPECT_EQ(get(), "1");
    EXPECT_EQ(get(), "1");
    ASSERT_NE(keys->current(), nullptr);
    EXPECT_EQ(keys->current()->keys.access_key, "1");
}

TEST_F(renewing, credentials_serve_on_while_their_successors_are_fetched) {
    get();
    how.pass(minutes{54} - seconds{90});
    EXPECT_EQ(get(), "1");
    how.pass(minutes{4});
    EXPECT_EQ(get(), "1") << "who finds them due does not wait";
    EXPECT_EQ(how.fetched, 2);
    EXPECT_EQ(get(), "2");
}

TEST_F(renewing, row_28_credentials_serve_until_they_end_when_the_renewal_fails) {
    get();
    how.fails = true;
    how.pass(minutes{56});
    EXPECT_EQ(get(), "1");
    EXPECT_EQ(get(), "1");
    EXPECT_EQ(how.fetched, 2) << "a source that has just failed is left alone";
    how.pass(seconds{2});
    EXPECT_EQ(get(), "1");
    EXPECT_EQ(how.fetched, 3);
    how.pass(minutes{4});
    EXPECT_EQ(get(), "failure 4");
    EXPECT_EQ(keys->current(), nullptr);
    EXPECT_EQ(get(), "failure 4") << "said from memory";
    how.fails = false;
    how.pass(seconds{16});
    EXPECT_EQ(get(), "5");
}

TEST_F(renewing, credentials_that_s3_refuses_are_replaced_once_for_all_who_ask) {
    get();
    const shared_keys refused = keys->current();
    EXPECT_EQ(text(test::run(keys->replace(refused))), "2");
    EXPECT_EQ(text(test::run(keys->replace(refused))), "2") << "these are others than the refused ones already";
    EXPECT_EQ(how.fetched, 2);
    EXPECT_FALSE(test::run(keys->replace(keys->current()))) << "ten seconds lie between two replacements";
    EXPECT_EQ(how.fetched, 2);
    how.pass(seconds{10});
    EXPECT_EQ(text(test::run(keys->replace(keys->current()))), "3");
}

TEST_F(renewing, credentials_that_come_back_the_same_are_no_replacement) {
    how.gives_the_same = true;
    get();
    EXPECT_FALSE(test::run(keys->replace(keys->current())));
    EXPECT_EQ(how.fetched, 2);
}

TEST_F(renewing, a_failed_replacement_says_why) {
    get();
    how.fails = true;
    EXPECT_EQ(text(test::run(keys->replace(keys->current()))), "failure 2");
}

awaitable<void> collect(std::shared_ptr<renewing_credentials> keys, std::atomic<int>& right, std::atomic<int>& ended,
                        async::io_runtime& runtime, int all) {
    const keys_result got = co_await keys->get();
    if (got && (*got)->keys.access_key == "1") ++right;
    if (++ended == all) runtime.stop();
}

TEST_F(renewing, many_threads_that_need_keys_at_once_share_one_fetch) {
    constexpr int all = 200;
    async::io_runtime runtime{4};
    std::atomic<int> right{0};
    std::atomic<int> ended{0};
    for (int i = 0; i < all; ++i)
        asio::co_spawn(runtime.next_executor(), collect(keys, right, ended, runtime, all), asio::detached);
    runtime.run();
    EXPECT_EQ(right, all);
    EXPECT_EQ(how.fetched, 1);
}

awaitable<void> get_into(std::shared_ptr<renewing_credentials> keys, std::string& out) {
    const keys_result got = co_await keys->get();
    out = got ? (*got)->keys.access_key : got.error().text;
}

TEST_F(renewing, a_caller_who_goes_away_takes_nothing_from_the_others) {
    asio::io_context context;
    asio::cancellation_signal leave;
    std::exception_ptr left;
    std::string other;
    asio::co_spawn(context, get_into(keys, other),
                   asio::bind_cancellation_slot(leave.slot(), [&](std::exception_ptr why) { left = why; }));
    std::string stayed;
    asio::co_spawn(context, get_into(keys, stayed), asio::detached);
    while (how.fetched == 0) context.run_one();
    leave.emit(asio::cancellation_type::terminal);
    context.run();
    EXPECT_NE(left, nullptr);
    EXPECT_EQ(stayed, "1");
    EXPECT_EQ(how.fetched, 1);
}

}  // namespace
}  // namespace berth::s3
