#include "oci/digest.hpp"

#include <gtest/gtest.h>

namespace berth::oci {
namespace {

const std::string hex64 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(digest, reads_and_writes_sha256) {
    const auto read = digest::parse("sha256:" + hex64);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->algorithm(), hash_function::sha256);
    EXPECT_EQ(read->algorithm_name(), "sha256");
    EXPECT_EQ(read->hex(), hex64);
    EXPECT_EQ(read->str(), "sha256:" + hex64);
}

TEST(digest, reads_and_writes_sha512) {
    const auto read = digest::parse("sha512:" + hex64 + hex64);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->algorithm(), hash_function::sha512);
    EXPECT_EQ(read->str(), "sha512:" + hex64 + hex64);
}

TEST(digest, is_made_from_content) {
    EXPECT_EQ(digest::of("").str(), "sha256:" + hex64);
}

TEST(digest, is_made_with_either_algorithm) {
    EXPECT_EQ(digest::of("abc", hash_function::sha512).str(),
              "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    for (const hash_function algorithm : {hash_function::sha256, hash_function::sha512})
        EXPECT_EQ(parse_algorithm(name_of(algorithm)).value(), algorithm);
    for (const char* text : {"", "sha384", "SHA256", "sha256:", "md5"}) EXPECT_FALSE(parse_algorithm(text)) << text;
}

TEST(digest, refuses_upper_case_hex) {
    EXPECT_FALSE(digest::parse("sha256:E" + hex64.substr(1)));
}

TEST(digest, refuses_a_length_that_is_not_the_algorithms) {
    EXPECT_FALSE(digest::parse("sha256:" + hex64.substr(1)));
    EXPECT_FALSE(digest::parse("sha256:" + hex64 + "0"));
    EXPECT_FALSE(digest::parse("sha512:" + hex64));
}

TEST(digest, refuses_what_is_no_digest) {
    for (const std::string& text :
         {std::string{}, std::string{"sha256"}, std::string{"sha256:"}, hex64, ":" + hex64, "md5:" + hex64,
          "SHA256:" + hex64, "sha256-" + hex64, "sha256:" + hex64.substr(3) + "/..", "sha256: " + hex64.substr(1),
          "sha256:" + hex64 + "\n", "sha256:" + hex64.substr(1) + std::string(1, '\0')})
        EXPECT_FALSE(digest::parse(text)) << text;
}

TEST(digest, compares_by_algorithm_and_hex) {
    EXPECT_EQ(digest::of("a"), digest::of("a"));
    EXPECT_NE(digest::of("a"), digest::of("b"));
}

}  // namespace
}  // namespace berth::oci
