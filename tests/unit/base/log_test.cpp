#include "base/log.hpp"

#include <gtest/gtest.h>

namespace berth::log {
namespace {

constexpr std::string_view now = "2026-11-23T18:17:41.123456789Z";

TEST(log, writes_logfmt_with_a_quoted_time) {
    EXPECT_EQ(render({}, level::info, "listening", {{"port", "5000"}}, now),
              R"(time="2026-11-23T18:17:41.123456789Z" level=info msg=listening port=5000)");
}

TEST(log, quotes_what_is_more_than_one_word) {
    EXPECT_EQ(render({}, level::warn, "no such bucket", {{"empty", ""}, {"pair", "a=b"}}, "t"),
              R"(time="t" level=warning msg="no such bucket" empty="" pair="a=b")");
}

TEST(log, lets_no_value_end_the_line_or_leave_its_quotes) {
    EXPECT_EQ(render({}, level::error, "a\nlevel=info", {{"x", "\"\\\x1b"}}, "t"),
              R"(time="t" level=error msg="a\nlevel=info" x="\"\\\u001b")");
}

TEST(log, writes_json) {
    options settings;
    settings.style = format::json;
    EXPECT_EQ(render(settings, level::debug, "a \"b\"", {{"n", "1"}}, "t"),
              R"({"time":"t","level":"debug","msg":"a \"b\"","n":"1"})");
}

TEST(log, writes_logstash_names) {
    options settings;
    settings.style = format::logstash;
    EXPECT_EQ(render(settings, level::info, "up", {}, "t"),
              R"({"@timestamp":"t","@version":"1","level":"info","message":"up"})");
}

TEST(log, adds_the_configured_fields_to_every_line) {
    options settings;
    settings.fields = {{"service", "registry"}};
    EXPECT_EQ(render(settings, level::info, "up", {{"n", "1"}}, "t"),
              R"(time="t" level=info msg=up service=registry n=1)");
}

}  // namespace
}  // namespace berth::log
