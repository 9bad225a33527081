#include "api/paging.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace berth::api {

TEST(page_size, takes_plain_numbers_however_large) {
    EXPECT_EQ(page_size("0"), 0u);
    EXPECT_EQ(page_size("10"), 10u);
    for (const char* text : {"18446744073709551615", "18446744073709551616", "99999999999999999999999999"})
        EXPECT_EQ(page_size(text), std::numeric_limits<std::size_t>::max()) << text;
    for (const char* text : {"-1", "+1", "", "1 ", " 1", "x", "1x", "99999999999999999999999999x"})
        EXPECT_EQ(page_size(text), std::nullopt) << text;
}

TEST(add_next_link, encodes_what_a_query_cannot_hold) {
    http::response answer;
    add_next_link(answer, "/v2/a/list", {{"last", "sha256:0"}, {"artifactType", "a/b+json&c d"}});
    EXPECT_EQ(answer.headers[http::field::link],
              "</v2/a/list?last=sha256%3A0&artifactType=a%2Fb%2Bjson%26c%20d>; rel=\"next\"");
}

}  // namespace berth::api
