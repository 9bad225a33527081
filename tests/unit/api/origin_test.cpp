#include "api/origin.hpp"

#include <gtest/gtest.h>

namespace berth::api {

namespace {

std::string origin(std::initializer_list<std::pair<std::string_view, std::string_view>> headers,
                   bool over_tls = false) {
    http::fields all;
    for (const auto& [name, value] : headers) all.insert(name, value);
    return client_origin(all, over_tls);
}

}  // namespace

TEST(client_origin, is_the_host_the_client_named) {
    EXPECT_EQ(origin({{"Host", "127.0.0.1:5000"}}), "http://127.0.0.1:5000");
    EXPECT_EQ(origin({}), "");
}

TEST(client_origin, is_what_a_proxy_says_before_that) {
    EXPECT_EQ(origin({{"Host", "inner"}, {"X-Forwarded-Proto", "https"}}), "https://inner");
    EXPECT_EQ(origin({{"Host", "inner"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "outer"}}),
              "https://outer");
    EXPECT_EQ(origin({{"Host", "inner"}, {"Forwarded", "for=192.0.2.1;host=outer:8443;proto=https"}}),
              "https://outer:8443");
    EXPECT_EQ(origin({{"Host", "inner"}, {"Forwarded", "Proto=HTTPS ; Host=\"outer\""}}), "https://outer");
}

TEST(client_origin, is_https_over_tls_unless_a_proxy_says_otherwise) {
    EXPECT_EQ(origin({{"Host", "us"}}, true), "https://us");
    EXPECT_EQ(origin({{"Host", "us"}, {"X-Forwarded-Proto", "http"}}, true), "http://us");
}

TEST(client_origin, of_several_proxies_the_first_one_counts) {
    EXPECT_EQ(origin({{"Host", "inner"}, {"X-Forwarded-Host", "outer, middle"}, {"X-Forwarded-Proto", "https, http"}}),
              "https://outer");
    EXPECT_EQ(origin({{"Host", "inner"}, {"Forwarded", "host=outer;proto=https, host=middle;proto=http"}}),
              "https://outer");
}

TEST(client_origin, forwarded_counts_before_the_older_headers) {
    EXPECT_EQ(origin({{"Host", "inner"},
                      {"Forwarded", "host=new;proto=https"},
                      {"X-Forwarded-Host", "old"},
                      {"X-Forwarded-Proto", "http"}}),
              "https://new");
    EXPECT_EQ(origin({{"Host", "inner"}, {"Forwarded", "for=192.0.2.1"}, {"X-Forwarded-Host", "old"}}), "http://old");
}

TEST(client_origin, does_not_repeat_what_is_no_host) {
    for (const char* bad : {"a b", "x/y", "x\"><p", "user@x", "x?y", "x#y"}) {
        EXPECT_EQ(origin({{"Host", "inner"}, {"X-Forwarded-Host", bad}}), "http://inner") << bad;
        EXPECT_EQ(origin({{"Host", "inner"}, {"Forwarded", "host=\"" + std::string{bad} + "\""}}), "http://inner")
            << bad;
    }
}

TEST(client_origin, knows_two_schemes) {
    EXPECT_EQ(origin({{"Host", "inner"}, {"X-Forwarded-Proto", "javascript"}}), "http://inner");
    EXPECT_EQ(origin({{"Host", "inner"}, {"Forwarded", ";;=;proto"}}), "http://inner");
}

}  // namespace berth::api
