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
