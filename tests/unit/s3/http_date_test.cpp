#include "s3/http_date.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(http_date, reads_what_servers_send) {
    EXPECT_EQ(parse_http_date("Fri, 24 May 2013 00:00:00 GMT"), std::chrono::system_clock::from_time_t(1369353600));
    EXPECT_EQ(parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT"), std::chrono::system_clock::from_time_t(1445412480));
}

TEST(http_date, refuses_other_forms) {
    for (const char* text : {"", "2013-05-24T00:00:00Z", "Fri, 24 May 2013 00:00:00", "Fri, 24 May 2013 00:00:00 GMT+1",
                             "Fri, 24 May 1013 00:00:00 GMT"})
        EXPECT_FALSE(parse_http_date(text)) << text;
}

}  // namespace
}  // namespace berth::s3
