#include "registry/push_intent.hpp"

#include <gtest/gtest.h>

namespace berth::registry {
namespace {

push_intent example() {
    return {*oci::repository_name::parse("team/net"),
            oci::digest::of("manifest"),
            {oci::digest::of("a"), oci::digest::of("b", hash_function::sha512)},
            {oci::digest::of("child")}};
}

TEST(push_intent, comes_back_from_its_text) {
    const auto read = push_intent::parse(example().to_text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->repository, example().repository);
    EXPECT_EQ(read->manifest, example().manifest);
    EXPECT_EQ(read->blobs, example().blobs);
    EXPECT_EQ(read->manifests, example().manifests);
    EXPECT_TRUE(push_intent::parse(push_intent{example().repository, example().manifest}.to_text()));
}

TEST(push_intent, is_no_other_text) {
    const std::string text = example().to_text();
    EXPECT_FALSE(push_intent::parse(""));
    EXPECT_FALSE(push_intent::parse("\n\n\n"));
    EXPECT_FALSE(push_intent::parse(text + "layer " + example().manifest.str() + "\n"));
    EXPECT_FALSE(push_intent::parse(text + "blob sha256:0\n"));
    EXPECT_FALSE(push_intent::parse(text + "\n"));
    EXPECT_FALSE(push_intent::parse("x" + text));
    // One that breaks off, wherever that is not the end of a line behind the first three.
    std::size_t lines = 0;
    for (std::size_t end = 0; end < text.size(); ++end) {
        const bool is_whole = lines >= 3 && text[end - 1] == '\n';
        EXPECT_EQ(push_intent::parse(text.substr(0, end)).has_value(), is_whole) << end;
        if (text[end] == '\n') ++lines;
    }
}

}  // namespace
}  // namespace berth::registry
