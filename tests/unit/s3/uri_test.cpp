#include "s3/uri.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(uri, encodes_all_but_unreserved_characters) {
    EXPECT_EQ(encode_component("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(encode_component("a b+c:d=e@f/g$%"), "a%20b%2Bc%3Ad%3De%40f%2Fg%24%25");
    EXPECT_EQ(encode_component("\xc3\xa9"), "%C3%A9");
}

TEST(uri, keeps_slashes_in_paths_and_normalises_nothing) {
    EXPECT_EQ(encode_path("a//b/../c/./d"), "a//b/../c/./d");
    EXPECT_EQ(encode_path("a:b/c d"), "a%3Ab/c%20d");
}

TEST(uri, sorts_a_query_by_encoded_name_and_value) {
    EXPECT_EQ(canonical_query({{"uploads", ""}}), "uploads=");
    EXPECT_EQ(canonical_query({{"b", "2"}, {"a", "2"}, {"a", "1"}, {"B", "/"}}), "B=%2F&a=1&a=2&b=2");
    EXPECT_EQ(canonical_query({}), "");
}

}  // namespace
}  // namespace berth::s3
