#include "base/duration.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using namespace std::chrono_literals;

TEST(duration, reads_each_unit) {
    EXPECT_EQ(*parse_duration("7ns"), 7ns);
    EXPECT_EQ(*parse_duration("7us"), 7us);
    EXPECT_EQ(*parse_duration("7\u00b5s"), 7us);
    EXPECT_EQ(*parse_duration("7ms"), 7ms);
    EXPECT_EQ(*parse_duration("7s"), 7s);
    EXPECT_EQ(*parse_duration("7m"), 7min);
    EXPECT_EQ(*parse_duration("7h"), 7h);
}

TEST(duration, adds_several_units) {
    EXPECT_EQ(*parse_duration("1h30m5s"), 1h + 30min + 5s);
}

TEST(duration, reads_a_fraction) {
    EXPECT_EQ(*parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(*parse_duration(".5m"), 30s);
}

TEST(duration, reads_a_sign) {
    EXPECT_EQ(*parse_duration("-1s"), -1s);
    EXPECT_EQ(*parse_duration("+1s"), 1s);
}

TEST(duration, needs_no_unit_for_zero) {
    EXPECT_EQ(*parse_duration("0"), 0s);
    EXPECT_EQ(*parse_duration("0s"), 0s);
}

TEST(duration, refuses_a_number_without_a_unit) {
    EXPECT_FALSE(parse_duration("10"));
}

TEST(duration, refuses_what_is_no_duration) {
    for (const char* text : {"", "-", "ten", "s", "1x", "1 s", " 1s", "1s ", ".s", "1.2.3s", "1d"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(duration, refuses_more_than_fits) {
    EXPECT_FALSE(parse_duration("3000000h"));
}

}  // namespace
}  // namespace berth
