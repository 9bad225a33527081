#include "oci/duplicate_key.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace berth::oci {
namespace {

constexpr std::array<std::string_view, 2> names = {"a", "b"};

TEST(duplicate_key, finds_one_in_any_object) {
    EXPECT_TRUE(has_duplicate_key(R"({"a":1,"b":2,"a":3})", names, 32));
    EXPECT_TRUE(has_duplicate_key(R"({"x":[{},{"b":1,"b":1}]})", names, 32));
}

TEST(duplicate_key, sees_through_escapes) {
    EXPECT_TRUE(has_duplicate_key(R"({"a":1,"\u0061":2})", names, 32));
}

TEST(duplicate_key, looks_at_each_object_by_itself) {
    EXPECT_FALSE(has_duplicate_key(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})", names, 32));
}

TEST(duplicate_key, ignores_other_names) {
    EXPECT_FALSE(has_duplicate_key(R"({"x":1,"x":2,"aa":1,"aa":2})", names, 32));
}

TEST(duplicate_key, says_no_of_what_cannot_be_read) {
    EXPECT_FALSE(has_duplicate_key(R"({"a":1,"a":2)", names, 32));
    EXPECT_FALSE(has_duplicate_key("", names, 32));
    EXPECT_FALSE(has_duplicate_key(R"({"a":1,"a":2} x)", names, 32));
    EXPECT_FALSE(
        has_duplicate_key(R"({"a":1,"a":2,"x":)" + std::string(40, '[') + std::string(40, ']') + "}", names, 32));
}

}  // namespace
}  // namespace berth::oci
