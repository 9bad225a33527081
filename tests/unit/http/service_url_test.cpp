#include "http/service_url.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace berth::http {
namespace {

TEST(service_url, is_taken_apart) {
    const service_url plain = parse_service_url("http://169.254.170.2/v2/credentials?id=1");
    EXPECT_EQ(plain.server.host, "169.254.170.2");
    EXPECT_EQ(plain.server.port, 80);
    EXPECT_FALSE(plain.server.tls);
    EXPECT_EQ(plain.target, "/v2/credentials?id=1");
    const service_url other = parse_service_url("https://[fd00:ec2::23]:8443");
    EXPECT_EQ(other.server.host, "fd00:ec2::23");
    EXPECT_EQ(other.server.port, 8443);
    EXPECT_TRUE(other.server.tls);
    EXPECT_EQ(other.target, "");
}

TEST(service_url, is_none_where_no_web_server_is_named) {
    for (const char* text :
         {"", "localhost", "ftp://h/", "http://", "http://user@h/", "http://h/#f", "http://h/a b", "http://h/\r\nx: y"})
        EXPECT_THROW(parse_service_url(text), std::invalid_argument) << text;
}

}  // namespace
}  // namespace berth::http
