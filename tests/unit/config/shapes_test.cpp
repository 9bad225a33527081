#include "config/shapes.hpp"

#include <gtest/gtest.h>

namespace berth::config {
namespace {

TEST(shapes, know_a_listen_address) {
    for (const char* text : {":5000", "127.0.0.1:5000", "localhost:5000", "[::1]:5000", "0.0.0.0:0", ":65535"})
        EXPECT_TRUE(is_listen_address(text)) << text;
    for (const char* text :
         {"", "5000", "127.0.0.1", ":", ":65536", ":-1", ":http", "::1:5000", "http://x:5000", "a b:1"})
        EXPECT_FALSE(is_listen_address(text)) << text;
}

TEST(shapes, know_an_endpoint) {
    for (const char* text : {"host", "127.0.0.1:7480", "http://host:9000", "https://s3.example.com", "https://host/",
                             "http://[::1]:9000", "https://host/path"})
        EXPECT_TRUE(is_endpoint(text)) << text;
    for (const char* text : {"", "http://", "ftp://host", "host:", "host:port", "host:99999", "http://u:p@host", "a b",
                             "host?x", "https://host/a b", "//host"})
        EXPECT_FALSE(is_endpoint(text)) << text;
}

TEST(shapes, know_an_origin) {
    for (const char* text : {"https://h", "http://h:80", "https://[::1]:9000"}) EXPECT_TRUE(is_origin(text)) << text;
    for (const char* text : {"", "h", "https://h/", "https://h/p", "https://h?x", "https://u@h", "ftp://h"})
        EXPECT_FALSE(is_origin(text)) << text;
}

TEST(shapes, know_an_absolute_url) {
    EXPECT_TRUE(is_absolute_url("https://registry.example:444/"));
    for (const char* text : {"registry.example", "registry.example:444", "https://", "ftp://x", "http://http://x"})
        EXPECT_FALSE(is_absolute_url(text)) << text;
}

TEST(shapes, know_regions_and_buckets) {
    EXPECT_TRUE(is_region("eu-central-1"));
    EXPECT_FALSE(is_region("eu.central"));
    EXPECT_FALSE(is_region("x/y"));
    EXPECT_TRUE(is_bucket("XXXXX-registry"));
    EXPECT_TRUE(is_bucket("tenant:my_bucket.x"));
    for (const char* text : {"", "a/b", "a b", "a\n"}) EXPECT_FALSE(is_bucket(text)) << text;
}

TEST(shapes, know_a_prefix_of_urls) {
    for (const char* text : {"/", "/registry", "/registry/", "/team/a_b-c.d~e/"})
        EXPECT_TRUE(is_path_prefix(text)) << text;
    for (const char* text :
         {"", "registry/", "/a//b", "//", "/a/../b", "/..", "/a/.", "/a b", "/a?b", "/a%41", "/a\nb"})
        EXPECT_FALSE(is_path_prefix(text)) << text;
}

TEST(shapes, know_the_path_of_a_socket) {
    EXPECT_TRUE(is_socket_path("/run/berth.sock"));
    EXPECT_TRUE(is_socket_path("./berth.sock"));
    EXPECT_TRUE(is_socket_path("/" + std::string(106, 'a')));
    for (const std::string& text : {std::string{}, std::string{":5000"}, std::string{"@berth"}, std::string{"/run/"},
                                    "/" + std::string(107, 'a'), std::string{"/run/a\nb"}})
        EXPECT_FALSE(is_socket_path(text)) << text;
}

TEST(shapes, know_what_a_header_can_hold) {
    EXPECT_TRUE(is_header_name("X-Content-Type-Options"));
    for (const char* text : {"", "X A", "X:A", "X\n", "\u00e4"}) EXPECT_FALSE(is_header_name(text)) << text;
    EXPECT_TRUE(is_header_value("max-age=31536000; \u00e4"));
    for (const char* text : {"a\r\nb", "a\n", "\x7f"}) EXPECT_FALSE(is_header_value(text)) << text;
}

}  // namespace
}  // namespace berth::config
