#include "auth/basic_credentials.hpp"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

TEST(basic_credentials, are_read_from_the_header) {
    const auto read = parse_basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->user, "Aladdin");
    EXPECT_EQ(read->password, "open sesame");
    EXPECT_EQ(parse_basic("basic OjphOg==")->user, "");
    EXPECT_EQ(parse_basic("BASIC OjphOg==")->password, ":a:");
}

TEST(basic_credentials, are_written_as_they_are_read) {
    for (const char* password : {"", "p", "pa", "pas", "p:\xc3\xa4\n"}) {
        const auto read = parse_basic(to_authorization({"jane", password}));
        ASSERT_TRUE(read) << password;
        EXPECT_EQ(read->user, "jane");
        EXPECT_EQ(read->password, password);
    }
    EXPECT_EQ(to_authorization({"Aladdin", "open sesame"}), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(basic_credentials, are_none_in_another_scheme_or_in_what_is_no_base64) {
    for (const char* text : {"", "Basic", "Basic ", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic QWxhZGRpbg==",
                             "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
                             "Basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic QWxh\nZGRpbjpvcGVuIHNlc2FtZQ==",
                             "Basic ====", "Basic OjphO===", "Basic Ojph%2==", "Basic =jphOg=="})
        EXPECT_FALSE(parse_basic(text)) << text;
}

}  // namespace
}  // namespace berth::auth
