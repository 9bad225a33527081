#include "api/range.hpp"

#include <gtest/gtest.h>

namespace berth::api {

using kind = range_choice::kind;

TEST(choose_range, takes_first_and_last) {
    const auto choice = choose_range("bytes=10-19", 100);
    EXPECT_EQ(choice.what, kind::part);
    EXPECT_EQ(choice.part, (byte_window{10, 10}));
    EXPECT_EQ(choose_range("Bytes=10-19", 100).part, (byte_window{10, 10})) << "a unit has no case";
}

TEST(choose_range, goes_to_the_end_without_a_last_byte) {
    EXPECT_EQ(choose_range("bytes=90-", 100).part, (byte_window{90, 10}));
}

TEST(choose_range, cuts_off_what_lies_past_the_end) {
    EXPECT_EQ(choose_range("bytes=90-5000", 100).part, (byte_window{90, 10}));
}

TEST(choose_range, takes_a_suffix) {
    EXPECT_EQ(choose_range("bytes=-20", 100).part, (byte_window{80, 20}));
    EXPECT_EQ(choose_range("bytes=-500", 100).part, (byte_window{0, 100}));
}

TEST(choose_range, cannot_satisfy_what_begins_past_the_end) {
    EXPECT_EQ(choose_range("bytes=100-", 100).what, kind::unsatisfiable);
    EXPECT_EQ(choose_range("bytes=-0", 100).what, kind::unsatisfiable);
    EXPECT_EQ(choose_range("bytes=0-", 0).what, kind::unsatisfiable);
    EXPECT_EQ(choose_range("bytes=-5", 0).what, kind::unsatisfiable);
    EXPECT_EQ(choose_range("bytes=5-2", 100).what, kind::unsatisfiable);
}

TEST(choose_range, answers_what_is_no_single_range_with_the_whole) {
    for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-9,20-29", "items=0-5",
                               "bytes=99999999999999999999-", "bytes=1 -2"})
        EXPECT_EQ(choose_range(header, 100).what, kind::whole) << header;
}

TEST(parse_content_range, reads_both_forms) {
    EXPECT_EQ(parse_content_range("0-4"), (byte_window{0, 5}));
    EXPECT_EQ(parse_content_range("bytes 100-104/*"), (byte_window{100, 5}));
    EXPECT_EQ(parse_content_range("bytes 100-104/2000"), (byte_window{100, 5}));
    EXPECT_EQ(parse_content_range("1-18446744073709551615"), (byte_window{1, ~std::uint64_t{0}}));
}

TEST(parse_content_range, refuses_all_else) {
    for (const char* header :
         {"", "5", "5-", "-5", "9-5", "a-b", "bytes=0-4", "0-18446744073709551616", "0-18446744073709551615"})
        EXPECT_EQ(parse_content_range(header), std::nullopt) << header;
}

}  // namespace berth::api
