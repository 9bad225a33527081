#include "oci/key_case.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>

namespace berth::oci {
namespace {

constexpr std::array<std::string_view, 3> names = {"layers", "mediaType", "kind"};

bool in_other_case(std::string_view json) {
    return has_key_in_other_case(boost::json::parse(json).as_object(), names);
}

TEST(key_case, a_key_that_is_meant_is_right_as_it_is_written) {
    EXPECT_FALSE(in_other_case(R"({"layers":1,"mediaType":2,"kind":3})"));
    EXPECT_FALSE(in_other_case(R"({"Other":1,"layer":2,"layerss":3,"":4})"));
}

TEST(key_case, is_seen_whatever_letters_differ) {
    for (const char* json : {R"({"Layers":1})", R"({"layers":1,"LAYERS":2})", R"({"mediatype":1})",
                             "{\"layer\u017f\":1}", "{\"\u212aind\":1}", R"({"\u006cayer\u0053":1})"})
        EXPECT_TRUE(in_other_case(json)) << json;
}

TEST(key_case, counts_in_this_object_only) {
    EXPECT_FALSE(in_other_case(R"({"annotations":{"Layers":"x"}})"));
}

}  // namespace
}  // namespace berth::oci
