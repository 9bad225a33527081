#include "api/paging.hpp"

#include <gtest/gtest.h>

namespace berth::api {

TEST(page_size, takes_plain_numbers_up_to_its_limit) {
    EXPECT_EQ(page_size("0", 10), 0u);
    EXPECT_EQ(page_size("10", 10), 10u);
    for (const char* text : {"11", "-1", "+1", "", "1 ", "x", "99999999999999999999"})
        EXPECT_EQ(page_size(text, 10), std::nullopt) << text;
}

TEST(add_next_link, encodes_what_a_query_cannot_hold) {
    http::response answer;
    add_next_link(answer, "/v2/a/list", {{"last", "sha256:0"}, {"artifactType", "a/b+json&c d"}});
    EXPECT_EQ(answer.headers[http::field::link],
              "</v2/a/list?last=sha256%3A0&artifactType=a%2Fb%2Bjson%26c%20d>; rel=\"next\"");
}

}  // namespace berth::api
