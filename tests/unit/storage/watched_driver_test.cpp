#include "storage/watched/watched_driver.hpp"

#include "async/for_each.hpp"
#include "support/run.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <thread>

namespace berth::storage {
namespace {

using namespace std::chrono_literals;

/// What a store does with questions, and with probes.
enum class mood { answers, fails, refuses, breaks_late, is_slow, hangs };

class moody_store final : public driver {
public:
    mood questions = mood::answers, probes = mood::answers;
    int asked = 0, probed = 0;
    bool answers_writers = false;
    std::uint64_t count_answers() { return answers_writers ? ++answers_ : answers_; }

    std::string_view name() const override { return "moody"; }
    awaitable<std::optional<file_info>> stat(path) override {
        ++asked;
        co_await act(questions);
        co_return file_info{.size_bytes = 1};
    }
    awaitable<std::optional<std::string>> find(path, std::size_t) override { co_return std::nullopt; }
    awaitable<std::optional<open_file>> open(path, byte_range) override {
        co_return open_file{{.size_bytes = 2}, std::make_unique<async::string_source>("ab")};
    }
    awaitable<void> put(path, std::string) override {
        ++asked;
        co_await act(questions);
    }
    awaitable<std::unique_ptr<writer>> create(path) override { co_return nullptr; }
    awaitable<std::unique_ptr<writer>> resume(path, std::string, path, std::uint64_t) override { co_return nullptr; }
    awaitable<name_page> list_page(path, std::string, std::size_t) override { co_return name_page{}; }
    awaitable<void> remove_file(path) override { co_return; }
    awaitable<file_page> list_files(path, path, std::size_t) override { co_return file_page{}; }
    awaitable<void> remove(path) override { co_return; }
    awaitable<bool> copy(path, path) override { co_return false; }
    awaitable<wall_time> now() override { co_return wall_time{}; }
    awaitable<bool> remove_until(path, wall_time) override { co_return true; }
    awaitable<void> wait_until_past(wall_time) override { co_return; }
    std::optional<std::string> presigned_get(const path&, std::chrono::seconds) override { return std::nullopt; }
    awaitable<void> probe() override {
        ++probed;
        return act(probes);
    }

private:
    std::uint64_t answers_ = 0;

    static awaitable<void> act(mood how) {
        if (how == mood::fails) throw error{"access denied"};
        if (how == mood::refuses) throw unreachable{"connection refused"};
        if (how == mood::answers) co_return;
        asio::steady_timer timer{co_await asio::this_coro::executor, how == mood::hangs ? 1h : 200ms};
        co_await timer.async_wait(asio::use_awaitable);
        if (how == mood::breaks_late) throw std::logic_error{"a mistake of ours"};
    }
};

class watched_driver_test : public testing::Test {
protected:
    // What a stat came to.
    std::string ask() {
        try {
            test::run(driver_.stat(path{}));
            return "";
        } catch (const error& failure) {
            return failure.what();
        }
    }
    bool is_away() { return driver_.watch().is_away(); }

    std::shared_ptr<moody_store> store_ = std::make_shared<moody_store>();
    watched_driver driver_{store_,
                           {.patience = 20ms, .limit = 30ms, .glance = 10ms, .interval = 5ms, .signs_of_life = [this] {
                                return store_->count_answers();
                            }}};
};

TEST_F(watched_driver_test, passes_answers_and_errors_on) {
    EXPECT_EQ(ask(), "");
    store_->questions = mood::fails;
    EXPECT_EQ(ask(), "access denied");
    EXPECT_FALSE(is_away()) << "a store that says no is there";
    EXPECT_FALSE(driver_.watch().trouble());
}

TEST_F(watched_driver_test, a_store_that_refuses_connections_is_away_when_it_gave_nothing_lately) {
    EXPECT_EQ(ask(), "");
    store_->questions = mood::refuses;
    EXPECT_EQ(ask(), "connection refused");
    EXPECT_FALSE(is_away()) << "it has just answered";
    std::this_thread::sleep_for(40ms);
    EXPECT_EQ(ask(), "connection refused");
    EXPECT_TRUE(is_away());
    EXPECT_NE(driver_.watch().trouble().value_or("").find("connection refused"), std::string::npos);
}

TEST_F(watched_driver_test, one_that_answers_neither_question_nor_probe_is_away) {
    store_->questions = store_->probes = mood::hangs;
    EXPECT_NE(ask().find("no answer in time"), std::string::npos);
    EXPECT_TRUE(is_away());
}

TEST_F(watched_driver_test, while_it_is_away_nothing_is_asked_but_whether_it_is_back) {
    store_->questions = store_->probes = mood::hangs;
    ask();
    const int asked = store_->asked;
    EXPECT_NE(ask(), "");
    EXPECT_THROW(test::run(driver_.put(path{}, "")), unreachable);
    EXPECT_THROW(test::run(driver_.create(path{})), unreachable);
    EXPECT_EQ(store_->asked, asked);
    store_->questions = store_->probes = mood::answers;
    EXPECT_EQ(ask(), "") << "the first question after its return is answered";
    EXPECT_FALSE(is_away());
}

TEST_F(watched_driver_test, a_store_that_answers_others_is_there_however_late_its_probe_is) {
    store_->questions = mood::is_slow;
    store_->probes = mood::hangs;
    store_->answers_writers = true;
    EXPECT_EQ(ask(), "");
    EXPECT_FALSE(is_away());
}

TEST_F(watched_driver_test, bytes_that_came_before_it_went_away_are_no_sign_of_life) {
    const auto file = test::run(driver_.open(path{}, {}));
    store_->questions = store_->probes = mood::hangs;
    ask();
    EXPECT_TRUE(is_away());
    char byte;
    for (int i = 0; i < 2; ++i) test::run(file->bytes->read_some(asio::buffer(&byte, 1)));
    EXPECT_TRUE(is_away());
}

TEST_F(watched_driver_test, a_late_answer_is_waited_for_while_probes_are_answered) {
    store_->questions = mood::is_slow;
    EXPECT_EQ(ask(), "");
    EXPECT_FALSE(is_away());
}

TEST_F(watched_driver_test, a_late_failure_of_another_kind_is_passed_on_too) {
    store_->questions = mood::breaks_late;
    EXPECT_THROW(ask(), std::logic_error);
    EXPECT_FALSE(is_away());
}

TEST_F(watched_driver_test, many_slow_questions_at_once_cost_few_probes) {
    store_->questions = mood::is_slow;
    const auto stat = [this](int) -> awaitable<void> { co_await driver_.stat(path{}); };
    const std::vector<int> questions(200);
    test::run(async::for_each(questions, questions.size(), stat));
    EXPECT_EQ(store_->asked, 200);
    EXPECT_GE(store_->probed, 1);
    EXPECT_LT(store_->probed, 50);
}

TEST_F(watched_driver_test, looks_out_for_the_return_when_nobody_asks) {
    store_->questions = store_->probes = mood::hangs;
    ask();
    store_->probes = mood::answers;
    const auto wait_for_return = [this]() -> awaitable<bool> {
        const auto executor = co_await asio::this_coro::executor;
        async::task_group running;
        running.spawn(executor, driver_.watch().run());
        asio::steady_timer timer{executor};
        for (int i = 0; i < 1000 && is_away(); ++i) {
            timer.expires_after(5ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
        running.cancel();
        co_return co_await running.wait(1s);
    };
    EXPECT_TRUE(test::run(wait_for_return()));
    EXPECT_FALSE(is_away());
}

}  // namespace
}  // namespace berth::storage
