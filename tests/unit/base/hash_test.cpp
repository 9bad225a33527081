#include "base/hash.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

// FIPS 180-4's example messages.
TEST(hash, gives_the_published_sha256_of_abc) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(hash, gives_the_published_sha256_of_nothing) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(hash, gives_the_published_sha512_of_abc) {
    hasher hash{hash_function::sha512};
    hash.update("abc");
    EXPECT_EQ(hash.finish_hex(),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(hash, does_not_depend_on_how_the_content_is_cut) {
    hasher hash{hash_function::sha256};
    hash.update("a");
    hash.update("");
    hash.update("bc");
    EXPECT_EQ(hash.finish_hex(), sha256_hex("abc"));
}

TEST(hash, goes_on_after_a_move) {
    hasher first{hash_function::sha256};
    first.update("ab");
    hasher second = std::move(first);
    second.update("c");
    EXPECT_EQ(second.finish_hex(), sha256_hex("abc"));
}

TEST(hash, goes_on_elsewhere_from_any_byte) {
    std::string content;
    for (int i = 0; i < 400; ++i) content.push_back(static_cast<char>(i * 7));
    for (const auto function : {hash_function::sha256, hash_function::sha512}) {
        hasher whole{function};
        whole.update(content);
        const std::string expected = whole.finish_hex();
        for (std::size_t cut = 0; cut <= content.size(); ++cut) {
            hasher first{function};
            first.update(std::string_view{content}.substr(0, cut));
            auto second = hasher::resume(function, first.state());
            ASSERT_TRUE(second.has_value()) << cut;
            EXPECT_EQ(second->state(), first.state());
            second->update(std::string_view{content}.substr(cut));
            EXPECT_EQ(second->finish_hex(), expected) << cut;
        }
    }
}

TEST(hash, goes_on_beyond_what_32_bits_count) {
    hasher first{hash_function::sha256};
    first.update("abc");
    const std::string state = first.state();
    // As if 4 GiB had gone before in whole blocks: the length at the end is all that tells.
    const std::string later = "4294967299" + state.substr(state.find('.'));
    auto second = hasher::resume(hash_function::sha256, later);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->state(), later);
    EXPECT_NE(second->finish_hex(), sha256_hex("abc"));
}

TEST(hash, goes_on_from_no_other_text) {
    hasher some{hash_function::sha256};
    some.update("abc");
    const std::string state = some.state();
    for (const std::string& wrong :
         {std::string{}, std::string{"."}, std::string{"3"}, std::string{"3.."}, "4" + state.substr(1), "-" + state,
          " " + state, state + "00", state + "x", state.substr(0, state.size() - 1),
          "18446744073709551615" + state.substr(1), "99999999999999999999999" + state.substr(1)})
        EXPECT_FALSE(hasher::resume(hash_function::sha256, wrong).has_value()) << wrong;
    EXPECT_FALSE(hasher::resume(hash_function::sha512, state).has_value());
}

// RFC 4231, test cases 2 and 6.
TEST(hash, gives_the_published_hmac_of_a_short_key) {
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(hash, gives_the_published_hmac_of_a_key_longer_than_a_block) {
    EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(hash, writes_hex_in_lower_case) {
    const std::array<unsigned char, 3> bytes{0x00, 0xab, 0xff};
    EXPECT_EQ(to_hex(bytes), "00abff");
}

}  // namespace
}  // namespace berth
