#include "base/time_format.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using namespace std::chrono_literals;

// 2009-02-13T23:31:30Z
const wall_time moment{1234567890s};

TEST(time_format, writes_rfc3339_in_whole_seconds) {
    EXPECT_EQ(format_rfc3339(moment), "2009-02-13T23:31:30Z");
    EXPECT_EQ(format_rfc3339(moment + 999ms), "2009-02-13T23:31:30Z");
}

TEST(time_format, writes_nine_digits_of_a_second) {
    EXPECT_EQ(format_rfc3339_nano(moment), "2009-02-13T23:31:30.000000000Z");
    EXPECT_EQ(format_rfc3339_nano(moment + 45ns), "2009-02-13T23:31:30.000000045Z");
}

TEST(time_format, writes_the_time_of_a_signature) {
    EXPECT_EQ(format_iso8601_basic(moment), "20090213T233130Z");
}

TEST(time_format, writes_the_time_of_an_access_log) {
    EXPECT_EQ(format_common_log(moment), "13/Feb/2009:23:31:30 +0000");
}

TEST(time_format, reads_what_it_and_others_write) {
    EXPECT_EQ(parse_rfc3339("2009-02-13T23:31:30Z"), moment);
    EXPECT_EQ(parse_rfc3339("2009-02-13T23:31:30.000Z"), moment);
    EXPECT_EQ(parse_rfc3339("2009-02-13T23:31:30.5Z"), moment + 500ms);
    EXPECT_EQ(parse_rfc3339("2009-02-13T23:31:30.123456789Z"), moment + 123456789ns);
    EXPECT_EQ(parse_rfc3339("2009-02-14T01:01:30+01:30"), moment);
    EXPECT_EQ(parse_rfc3339("2009-02-13T15:31:30-08:00"), moment);
    EXPECT_EQ(parse_rfc3339("2000-02-29T00:00:00Z"), wall_time{951782400s});
}

TEST(time_format, reads_nothing_else) {
    for (const char* bad :
         {"", "Z", "yesterday", "2009-02-13", "2009-02-13T23:31:30", "2009-02-13T23:31:30.Z", "2009-02-30T23:31:30Z",
          "2009-13-13T23:31:30Z", "2009-02-13T24:31:30Z", "2009-02-13T23:60:30Z", "2009-02-13T23:31:30Zx",
          "2009-02-13 23:31:30Z", "2009-02-13T23:31:30+0100", "-009-02-13T23:31:30Z", "2009-02-13T-1:31:30Z",
          "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"})  // no clock of ours holds these
        EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

TEST(time_format, knows_leap_days_and_times_before_1970) {
    EXPECT_EQ(format_rfc3339(wall_time{951782400s}), "2000-02-29T00:00:00Z");
    EXPECT_EQ(format_rfc3339_nano(wall_time{-1ns}), "1969-12-31T23:59:59.999999999Z");
}

}  // namespace
}  // namespace berth
