#include "s3/endpoint.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace berth::s3 {
namespace {

TEST(endpoint, of_aws_names_the_bucket_in_the_host) {
    const endpoint at = resolve({.bucket = "layers", .region = "eu-central-1"});
    EXPECT_EQ(at.server.host, "layers.s3.eu-central-1.amazonaws.com");
    EXPECT_EQ(at.server.port, 443);
    EXPECT_TRUE(at.server.tls);
    EXPECT_EQ(at.host, "layers.s3.eu-central-1.amazonaws.com");
    EXPECT_EQ(at.path_prefix, "");
    EXPECT_EQ(at.base_url(), "https://layers.s3.eu-central-1.amazonaws.com");
}

TEST(endpoint, of_aws_is_path_style_for_dots_over_tls_and_where_forced) {
    EXPECT_EQ(resolve({.bucket = "my.layers", .region = "us-east-1"}).path_prefix, "/my.layers");
    EXPECT_EQ(resolve({.bucket = "my.layers", .region = "us-east-1", .secure = false}).path_prefix, "");
    const endpoint forced = resolve({.bucket = "layers", .region = "us-east-1", .force_path_style = true});
    EXPECT_EQ(forced.server.host, "s3.us-east-1.amazonaws.com");
    EXPECT_EQ(forced.path_prefix, "/layers");
}

TEST(endpoint, of_aws_in_china_has_its_own_domain) {
    EXPECT_EQ(resolve({.bucket = "b", .region = "cn-north-1"}).server.host, "b.s3.cn-north-1.amazonaws.com.cn");
}

TEST(endpoint, of_aws_has_other_names_for_other_ways_there) {
    const location usual{.bucket = "b", .region = "us-east-1"};
    const auto host_with = [&](bool location::*one, bool location::*other) {
        location where = usual;
        where.*one = where.*other = true;
        return resolve(where).server.host;
    };
    EXPECT_EQ(host_with(&location::dual_stack, &location::dual_stack), "b.s3.dualstack.us-east-1.amazonaws.com");
    EXPECT_EQ(host_with(&location::fips, &location::fips), "b.s3-fips.us-east-1.amazonaws.com");
    EXPECT_EQ(host_with(&location::fips, &location::dual_stack), "b.s3-fips.dualstack.us-east-1.amazonaws.com");
    EXPECT_EQ(host_with(&location::accelerate, &location::accelerate), "b.s3-accelerate.amazonaws.com");
    EXPECT_EQ(host_with(&location::accelerate, &location::dual_stack), "b.s3-accelerate.dualstack.amazonaws.com");
    EXPECT_THROW(host_with(&location::accelerate, &location::fips), std::invalid_argument);
    EXPECT_THROW(host_with(&location::accelerate, &location::force_path_style), std::invalid_argument);
    EXPECT_THROW(resolve({.bucket = "b.c", .accelerate = true}), std::invalid_argument);
    EXPECT_EQ(resolve({.bucket = "b", .region_endpoint = "h", .accelerate = true, .fips = true}).server.host, "h");
}

TEST(endpoint, of_another_server_is_path_style) {
    const endpoint at = resolve({.bucket = "b", .region_endpoint = "127.0.0.1:7480", .secure = false});
    EXPECT_EQ(at.server.host, "127.0.0.1");
    EXPECT_EQ(at.server.port, 7480);
    EXPECT_FALSE(at.server.tls);
    EXPECT_EQ(at.host, "127.0.0.1:7480");
    EXPECT_EQ(at.path_prefix, "/b");
}

TEST(endpoint, takes_the_scheme_of_the_region_endpoint_before_secure) {
    EXPECT_FALSE(resolve({.bucket = "b", .region_endpoint = "http://s3.local", .secure = true}).server.tls);
    EXPECT_TRUE(resolve({.bucket = "b", .region_endpoint = "https://s3.local", .secure = false}).server.tls);
    EXPECT_TRUE(resolve({.bucket = "b", .region_endpoint = "s3.local", .secure = true}).server.tls);
}

TEST(endpoint, leaves_the_default_port_out_of_the_host_header) {
    EXPECT_EQ(resolve({.bucket = "b", .region_endpoint = "http://s3.local:80"}).host, "s3.local");
    EXPECT_EQ(resolve({.bucket = "b", .region_endpoint = "http://s3.local:443"}).host, "s3.local:443");
    EXPECT_EQ(resolve({.bucket = "b", .region_endpoint = "https://s3.local:443/"}).host, "s3.local");
}

TEST(endpoint, understands_ipv6_and_a_path) {
    const endpoint v6 = resolve({.bucket = "b", .region_endpoint = "http://[::1]:9000"});
    EXPECT_EQ(v6.server.host, "::1");
    EXPECT_EQ(v6.server.port, 9000);
    EXPECT_EQ(v6.host, "[::1]:9000");
    EXPECT_EQ(resolve({.bucket = "b", .region_endpoint = "http://h/gateway/"}).path_prefix, "/gateway/b");
}

TEST(endpoint, refuses_what_is_none) {
    for (const char* text : {"http://", ":80", "h:", "h:0", "h:65536", "h:80x", "user@h", "[::1", "[::1]x", "a b"})
        EXPECT_THROW(resolve({.bucket = "b", .region_endpoint = text}), std::invalid_argument) << text;
}

}  // namespace
}  // namespace berth::s3
