#include "app/reread_configuration.hpp"

#include <gtest/gtest.h>

namespace berth::app {
namespace {

config::loaded read(const std::string& keys) {
    return config::load_text("version: 0.1\nstorage: inmemory\n" + keys, "f", {});
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

class reread : public testing::Test {
protected:
    const config::loaded start_ = read("");

    void SetUp() override { log::configure(start_.settings.log); }
    void TearDown() override { log::configure({}); }

    // What the log says meanwhile.
    std::string take(const std::string& keys) const {
        testing::internal::CaptureStderr();
        reread_configuration(read(keys), start_);
        return testing::internal::GetCapturedStderr();
    }

    static bool is_written(log::level severity) {
        testing::internal::CaptureStderr();
        log::write(severity, "anything");
        return !testing::internal::GetCapturedStderr().empty();
    }
};

}  // namespace

TEST_F(reread, has_the_log_follow_and_names_nothing_else) {
    EXPECT_FALSE(is_written(log::level::debug));
    const std::string said = take("log: {level: debug, accesslog: {disabled: true}}\n");
    EXPECT_FALSE(contains(said, "warn")) << said;
    EXPECT_TRUE(is_written(log::level::debug));
    EXPECT_FALSE(log::access_log_is_on());
    take("");
    EXPECT_FALSE(is_written(log::level::debug));
    EXPECT_TRUE(log::access_log_is_on());
}

TEST_F(reread, names_the_keys_that_need_a_restart_and_no_value) {
    const std::string said = take("log: {level: warn, formatter: json}\nhttp: {addr: ':5001', secret: hidden}\n");
    EXPECT_TRUE(contains(said, R"(keys="log.formatter, http.addr, http.secret")")) << said;
    EXPECT_FALSE(contains(said, "hidden") || contains(said, "5001")) << said;
    EXPECT_FALSE(contains(said, "{")) << said;
}

TEST_F(reread, changes_nothing_for_what_is_of_no_use) {
    const std::string said = take("log: {level: debug}\nhttp: {addr: [nowhere]}\n");
    EXPECT_TRUE(contains(said, "level=error")) << said;
    EXPECT_TRUE(contains(said, "f:4: http.addr")) << said;
    EXPECT_FALSE(is_written(log::level::debug));
}

}  // namespace berth::app
