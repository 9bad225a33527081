#include "oci/json_reading.hpp"

#include <gtest/gtest.h>

namespace berth::oci {
namespace {

TEST(parse_object, takes_objects_only) {
    EXPECT_EQ(parse_object(R"({"a":1})", 32)->size(), 1u);
    for (const char* bytes : {"", "[]", "null", "{", "{} x"}) EXPECT_FALSE(parse_object(bytes, 32)) << bytes;
}

TEST(parse_object, refuses_what_nests_too_deep) {
    const auto nested = [](std::size_t arrays) {
        return R"({"x":)" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
    };
    for (const std::size_t limit : {std::size_t{2}, max_json_depth, max_stored_json_depth}) {
        EXPECT_TRUE(parse_object(nested(limit - 1), limit)) << limit;
        EXPECT_FALSE(parse_object(nested(limit), limit)) << limit;
    }
}

TEST(find_string, tells_what_is_missing_from_what_is_wrong) {
    const auto object = parse_object(R"({"text":"x","null":null,"number":7})", 32);
    ASSERT_TRUE(object);
    EXPECT_EQ(find_string(*object, "text"), "x");
    EXPECT_EQ(find_string(*object, "null"), "");
    EXPECT_EQ(find_string(*object, "absent"), "");
    EXPECT_EQ(find_string(*object, "number"), std::nullopt);
}

}  // namespace
}  // namespace berth::oci
