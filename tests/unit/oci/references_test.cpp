#include "oci/references.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::oci {
namespace {

const digest one = digest::of("one");
const digest two = digest::of("two");
const digest three = digest::of("three", hash_function::sha512);

std::vector<digest> sorted(std::vector<digest> digests) {
    std::ranges::sort(digests);
    return digests;
}

TEST(references, of_an_image_are_its_config_and_layers) {
    const auto read =
        read_references(R"({"schemaVersion":2,"config":{"digest":")" + one.str() + R"("},"layers":[{"digest":")" +
                        two.str() + R"("},{"digest":")" + three.str() + R"("},{"digest":")" + two.str() + R"("}]})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->content, sorted({one, two, three}));
    EXPECT_TRUE(read->manifests.empty());
    EXPECT_FALSE(read->subject);
}

TEST(references, of_an_index_are_manifests_as_well) {
    const auto read =
        read_references(R"({"manifests":[{"digest":")" + one.str() + R"("},{"digest":")" + two.str() + R"("}]})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->manifests, sorted({one, two}));
    EXPECT_EQ(read->content, read->manifests);
}

TEST(references, to_a_subject_and_in_annotations_keep_nothing) {
    const auto read =
        read_references(R"({"subject":{"digest":")" + one.str() + R"("},"layers":[],)" + R"("annotations":{"base":")" +
                        two.str() + R"("},)" + R"("manifests":[{"digest":")" + three.str() +
                        R"(","annotations":{"base":")" + two.str() + R"("}}]})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->subject, one);
    EXPECT_EQ(read->content, std::vector{three});
}

TEST(references, are_found_in_types_that_nobody_here_knows) {
    const auto schema1 = read_references(R"({"schemaVersion":1,"fsLayers":[{"blobSum":")" + one.str() + R"("}]})");
    ASSERT_TRUE(schema1);
    EXPECT_EQ(schema1->content, std::vector{one});
    const auto later = read_references(R"({"what":{"is":[["to",{"come":")" + two.str() + R"("}]]}})");
    ASSERT_TRUE(later);
    EXPECT_EQ(later->content, std::vector{two});
}

TEST(references, are_found_however_json_writes_them) {
    std::string text = one.str();
    text.replace(text.find(':'), 1, "\\u003a");
    const auto read = read_references(R"({"Layers":[{"Digest":")" + text + R"("}]})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->content, std::vector{one});
}

TEST(references, of_what_is_no_json_object_cannot_be_read) {
    for (const char* bytes : {"", "[]", "sha256:", "{\"layers\":["}) EXPECT_FALSE(read_references(bytes)) << bytes;
}

}  // namespace
}  // namespace berth::oci
