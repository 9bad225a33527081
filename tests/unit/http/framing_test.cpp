#include "http/framing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {

TEST(framing, finds_the_end_of_a_header_wherever_its_bytes_were_cut) {
    const std::string header = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    for (std::size_t searched = 0; searched < header.size(); ++searched) {
        EXPECT_FALSE(header_size(header.substr(0, searched))) << searched;
        EXPECT_EQ(header_size(header + "body\n\n", searched), header.size()) << searched;
    }
}

TEST(framing, ends_a_header_also_where_its_lines_end_without_cr) {
    EXPECT_EQ(header_size("GET / HTTP/1.1\n\nmore"), 16u);
    EXPECT_EQ(header_size("GET / HTTP/1.1\n\r\nmore"), 17u);
    EXPECT_TRUE(refuse_header_text("GET / HTTP/1.1\n\n"));
    EXPECT_TRUE(refuse_header_text("GET / HTTP/1.1\r\nA: b\n\r\n"));
}

TEST(framing, refuses_a_line_that_goes_on_in_the_next_one) {
    EXPECT_FALSE(refuse_header_text("GET / HTTP/1.1\r\nA: b\r\n\r\n"));
    EXPECT_TRUE(refuse_header_text("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"));
    EXPECT_TRUE(refuse_header_text("GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n"));
}

TEST(framing, names_what_is_too_long) {
    EXPECT_EQ(refuse_endless_header(std::string(100, 'a')).code, status::uri_too_long);
    EXPECT_EQ(refuse_endless_header("GET / HTTP/1.1\r\nA: " + std::string(100, 'a')).code,
              status::request_header_fields_too_large);
}

}  // namespace berth::http
