#include "auth/bcrypt.hpp"

#include <gtest/gtest.h>

namespace berth::auth::bcrypt {
namespace {

const std::string checksum = "$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";  // of "secret"

TEST(bcrypt, knows_the_password_of_a_hash) {
    for (const char* variant : {"$2a", "$2b", "$2y"}) {
        const std::string hash = variant + checksum;
        ASSERT_TRUE(is_hash(hash));
        EXPECT_TRUE(matches("secret", hash));
        for (const char* wrong : {"", "secre", "secret ", "Secret"}) EXPECT_FALSE(matches(wrong, hash)) << wrong;
    }
}

TEST(bcrypt, does_not_stop_at_a_zero_in_a_password) {
    EXPECT_FALSE(matches(std::string{"secret\0more", 11}, "$2y" + checksum));
    EXPECT_FALSE(matches(std::string{"secret\0", 7}, "$2y" + checksum));
}

TEST(bcrypt, takes_passwords_of_any_bytes_and_length) {
    EXPECT_TRUE(matches("\xc3\xa4\xff", "$2y$04$abcdefghijklmnopqrstuunZ/nMGP4zG13Y0j1/40tGVB.oEY4ZKe"));
    EXPECT_FALSE(matches(std::string(100'000, 'x'), "$2y" + checksum));
}

TEST(bcrypt, tells_its_hashes_from_others) {
    for (const char* other :
         {"", "secret", "$apr1$xgj1UgSh$6/V.vGn6A7JBCI4Owpk/s0",
          "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "$2x$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
          "$2y$4$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrWa",
          "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIr",
          "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrWW",
          "$2y$04$abcdefghijklmnopqrst:u2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"})
        EXPECT_FALSE(is_hash(other)) << other;
}

TEST(bcrypt, has_a_hash_of_the_same_cost_that_nobody_has_the_password_of) {
    const std::string unknown = unknown_hash("$2y" + checksum);
    EXPECT_TRUE(is_hash(unknown));
    EXPECT_TRUE(unknown.starts_with("$2y$04$"));
    EXPECT_FALSE(matches("secret", unknown));
}

}  // namespace
}  // namespace berth::auth::bcrypt
