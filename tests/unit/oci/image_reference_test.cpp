#include "oci/image_reference.hpp"

#include <gtest/gtest.h>

namespace berth::oci {
namespace {

const std::string a_digest = digest::of("x").str();

TEST(image_reference, is_a_name_with_a_tag_or_a_digest) {
    const auto tagged = image_reference::parse("team/net:v1");
    ASSERT_TRUE(tagged);
    EXPECT_EQ(tagged->name.str(), "team/net");
    EXPECT_EQ(std::get<tag>(tagged->by).str(), "v1");
    EXPECT_EQ(tagged->str(), "team/net:v1");

    const auto exact = image_reference::parse("team/net@" + a_digest);
    ASSERT_TRUE(exact);
    EXPECT_EQ(std::get<digest>(exact->by).str(), a_digest);
    EXPECT_EQ(exact->str(), "team/net@" + a_digest);
}

TEST(image_reference, means_latest_where_nothing_is_said) {
    EXPECT_EQ(image_reference::parse("net")->str(), "net:latest");
}

TEST(image_reference, goes_by_the_digest_where_both_are_there) {
    EXPECT_EQ(image_reference::parse("net:v1@" + a_digest)->str(), "net@" + a_digest);
}

TEST(image_reference, refuses_everything_else) {
    const std::string others[] = {
        "", ":v1", "net:", "net@", "net:v1@sha256:00", "Net:v1", "net:a:b", "host:5000/net:v1", "net:.@" + a_digest};
    for (const std::string& text : others) EXPECT_FALSE(image_reference::parse(text)) << text;
}

}  // namespace
}  // namespace berth::oci
