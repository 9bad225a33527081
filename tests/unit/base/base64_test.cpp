#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace berth {

TEST(base64, is_read_as_rfc_4648_shows_it) {
    EXPECT_EQ(decode_base64(""), "");
    EXPECT_EQ(decode_base64("Zg=="), "f");
    EXPECT_EQ(decode_base64("Zm8="), "fo");
    EXPECT_EQ(decode_base64("Zm9v"), "foo");
    EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
    EXPECT_EQ(decode_base64("+/8="), "\xfb\xff");
}

TEST(base64, has_no_second_way_to_write_the_same_bytes) {
    for (const char* text :
         {"Zg", "Zg=", "Zg===", "Zh==", "Zm9v\n", "Zm 9v", "Z", "=", "====", "Zg==Zg==", "-_8=", "Zm9v!"})
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

TEST(base64, is_written_as_it_is_read) {
    for (const char* bytes : {"", "f", "fo", "foo", "foob"}) EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    EXPECT_EQ(encode_base64("\xfb\xff"), "+/8=");
}

TEST(base64url, has_an_alphabet_of_its_own_and_no_padding) {
    EXPECT_EQ(decode_base64url("-_8"), "\xfb\xff");
    EXPECT_EQ(decode_base64url("Zg"), "f");
    for (const char* text : {"+/8", "Zg==", "Zh", "Z", "Zm9v.", "Zm8="})
        EXPECT_EQ(decode_base64url(text), std::nullopt);
}

TEST(base64url, reads_what_it_writes) {
    std::string bytes;
    for (int i = 0; i < 260; ++i) {
        EXPECT_EQ(decode_base64url(encode_base64url(bytes)), bytes);
        bytes += static_cast<char>(i * 7);
    }
    EXPECT_EQ(encode_base64url("\xfb\xff"), "-_8");
}

}  // namespace berth
