#include "app/configured.hpp"

#include "app/startup_error.hpp"

#include <gtest/gtest.h>

namespace berth::app {
namespace {

TEST(configured, addresses_lose_the_brackets_of_ipv6) {
    EXPECT_EQ(configured_address("http.addr", "[::1]:5000").host, "::1");
    EXPECT_EQ(configured_address("http.addr", "localhost:5000").host, "localhost");
    EXPECT_EQ(configured_address("http.addr", ":5000").host, "");
    EXPECT_EQ(configured_address("http.addr", ":5000").port, 5000);
    EXPECT_THROW(configured_address("http.addr", "localhost"), startup_error);
    EXPECT_THROW(configured_address("http.addr", ":65536"), startup_error);
}

TEST(configured, urls_have_a_path) {
    EXPECT_EQ(configured_url("health.http", "http://h:1").target, "/");
    EXPECT_EQ(configured_url("health.http", "http://h:1/p?q=1").target, "/p?q=1");
    try {
        configured_url("health.http", "ftp://h/");
        FAIL() << "taken";
    } catch (const startup_error& error) {
        EXPECT_EQ(std::string{error.what()},
                  "health.http: \"ftp://h/\" is no http or https URL; write http://HOST:PORT/PATH");
    }
}

TEST(configured, headers_are_there_as_often_as_they_have_values) {
    const http::fields headers = configured_headers({{"X-A", {"1", "2"}}, {"X-B", {}}});
    EXPECT_EQ(headers.count("X-A"), 2u);
    EXPECT_EQ(headers.count("X-B"), 0u);
}

}  // namespace
}  // namespace berth::app
