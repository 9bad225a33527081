#include "auth/password_file.hpp"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

const std::string first = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
const std::string second = "$2b$05$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

const option_file file{"path", "/etc/users"};

TEST(password_file, has_a_hash_for_each_user) {
    const auto read = password_file::parse("# ours\n\njane:" + first + "\r\njohn:" + second, file);
    ASSERT_NE(read.hash_of("jane"), nullptr);
    EXPECT_EQ(*read.hash_of("jane"), first);
    ASSERT_NE(read.hash_of("john"), nullptr);
    EXPECT_EQ(*read.hash_of("john"), second);
    for (const char* nobody : {"", "jan", "# ours", "Jane"}) EXPECT_EQ(read.hash_of(nobody), nullptr) << nobody;
    EXPECT_TRUE(read.lines_of_no_use().empty());
}

TEST(password_file, lets_the_last_line_of_a_user_count) {
    EXPECT_EQ(*password_file::parse("a:" + first + "\na:" + second + "\n", file).hash_of("a"), second);
    EXPECT_EQ(password_file::parse("a:" + first + "\na:plain\n", file).hash_of("a"), nullptr);
}

TEST(password_file, names_the_lines_whose_hash_is_not_by_bcrypt) {
    const auto read =
        password_file::parse("a:plain\nb:" + first + "\nc:$apr1$xgj1UgSh$6/V.vGn6A7JBCI4Owpk/s0\nd:\n", file);
    EXPECT_EQ(read.lines_of_no_use(), (std::vector<std::size_t>{1, 3, 4}));
    EXPECT_EQ(read.size(), 1u);
    EXPECT_EQ(read.hash_of("a"), nullptr);
}

TEST(password_file, refuses_a_line_that_is_none_without_showing_it) {
    try {
        password_file::parse("a:" + first + "\ns3cr3t\n", {"path", "/etc/users"});
        FAIL();
    } catch (const option_error& error) {
        const std::string text = error.what();
        EXPECT_TRUE(text.starts_with("path: /etc/users has no USER:HASH in line 2;")) << text;
        EXPECT_EQ(text.find("s3cr3t"), std::string::npos);
    }
}

TEST(password_file, says_what_to_do_where_it_cannot_be_read) {
    try {
        password_file::read({"path", "/nowhere/users"});
        FAIL();
    } catch (const option_error& error) {
        EXPECT_NE(std::string{error.what()}.find("htpasswd -cB /nowhere/users"), std::string::npos) << error.what();
    }
    EXPECT_THROW(password_file::read({"path", "/"}), option_error);
}

TEST(password_file, gives_the_unknown_a_hash_of_the_cost_of_the_first) {
    EXPECT_TRUE(password_file::parse("a:" + second + "\nb:" + first, file).unknown_hash().starts_with("$2b$05$"));
    EXPECT_TRUE(password_file::parse("", file).unknown_hash().starts_with("$2y$10$"));
}

}  // namespace
}  // namespace berth::auth
