#include "s3/quoted.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(quoted, hides_every_secret_wherever_it_stands) {
    EXPECT_EQ(quoted("key AKIA and again AKIA, token t+k", {"AKIA", "", "t+k"}), "key *** and again ***, token ***");
}

TEST(quoted, is_one_line_of_bounded_length) {
    EXPECT_EQ(quoted("a\r\nb\tc", {}), "a  b c");
    EXPECT_EQ(quoted(std::string(1000, 'x'), {}).size(), 300u);
}

TEST(quoted, hides_a_secret_that_the_cut_goes_through) {
    EXPECT_EQ(quoted(std::string(295, 'x') + "very-secret", {"very-secret"}).find("very"), std::string::npos);
}

}  // namespace
}  // namespace berth::s3
