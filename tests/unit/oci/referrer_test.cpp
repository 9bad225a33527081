#include "oci/referrer.hpp"

#include "oci/media_type.hpp"

#include <gtest/gtest.h>

namespace berth::oci {
namespace {

using annotation = std::pair<std::string, std::string>;

const digest subject = digest::of("subject");
const std::string with_subject = R"(,"subject":{"digest":")" + subject.str() + R"(","size":7})";

std::string image(const std::string& more = with_subject) {
    return R"({"schemaVersion":2,"config":{"mediaType":"a/config","digest":")" + digest::of("{}").str() +
           R"(","size":2},"layers":[])" + more + "}";
}

std::string index(const std::string& more = with_subject) {
    return R"({"schemaVersion":2,"manifests":[])" + more + "}";
}

TEST(read_referrer, reads_what_a_list_shows) {
    const auto read =
        read_referrer(image(with_subject + R"(,"artifactType":"a/sbom","annotations":{"z":"1","a":"\u00e9\n\"/"})"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->subject, subject);
    EXPECT_EQ(read->media_type, media_type::oci_manifest);
    EXPECT_EQ(read->artifact_type, "a/sbom");
    EXPECT_EQ(read->annotations, (std::vector<annotation>{{"z", "1"}, {"a", "\u00e9\n\"/"}}));
}

TEST(read_referrer, takes_the_configs_type_where_an_image_states_none) {
    EXPECT_EQ(read_referrer(image())->artifact_type, "a/config");
    EXPECT_EQ(read_referrer(image(with_subject + R"(,"artifactType":"")"))->artifact_type, "a/config");
}

TEST(read_referrer, finds_no_type_in_an_index_that_states_none) {
    EXPECT_EQ(read_referrer(index())->artifact_type, "");
    EXPECT_EQ(read_referrer(index())->media_type, media_type::oci_index);
    EXPECT_EQ(read_referrer(index(with_subject + R"(,"artifactType":"a/list")"))->artifact_type, "a/list");
}

TEST(read_referrer, knows_subjects_of_either_algorithm) {
    const digest long_one = digest::of("subject", hash_function::sha512);
    EXPECT_EQ(read_referrer(image(R"(,"subject":{"digest":")" + long_one.str() + "\"}"))->subject, long_one);
}

TEST(read_referrer, reads_what_only_registry_2_would_have_stored) {
    const auto read = read_referrer(image(with_subject + R"(,"artifactType":7,"annotations":{"a":1,"b":"c"})"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->artifact_type, "a/config");
    EXPECT_EQ(read->annotations, (std::vector<annotation>{{"b", "c"}}));
    EXPECT_TRUE(read_referrer(image(with_subject + R"(,"annotations":[])"))->annotations.empty());
    EXPECT_EQ(read_referrer(R"({"layers":[],"config":7)" + with_subject + "}")->artifact_type, "");
}

TEST(read_referrer, leaves_out_what_has_no_valid_subject) {
    for (const char* none : {"", R"(,"subject":null)", R"(,"subject":{})", R"(,"subject":"x")",
                             R"(,"subject":{"digest":7})", R"(,"subject":{"digest":"sha256:00"})"})
        EXPECT_FALSE(read_referrer(image(none))) << none;
}

TEST(read_referrer, leaves_out_what_is_no_manifest) {
    for (const std::string& bytes :
         {std::string{}, std::string{"no JSON"}, R"({"mediaType":"text/html")" + with_subject + "}",
          R"({"schemaVersion":1)" + with_subject + "}"})
        EXPECT_FALSE(read_referrer(bytes)) << bytes;
}

TEST(descriptor_json, holds_what_there_is_and_nothing_else) {
    const digest digest = digest::of("x");
    const referrer full{subject, "a/b", "c/d", {{"z", "1"}, {"a", "\"\n"}}};
    EXPECT_EQ(descriptor_json(full, digest, 12), R"({"mediaType":"a/b","digest":")" + digest.str() +
                                                     R"(","size":12,"artifactType":"c/d","annotations":)"
                                                     R"({"z":"1","a":"\"\n"}})");
    const referrer bare{subject, "a/b", "", {}};
    EXPECT_EQ(descriptor_json(bare, digest, 12), R"({"mediaType":"a/b","digest":")" + digest.str() + R"(","size":12})");
}

TEST(referrers_tag, is_the_digest_with_at_most_64_digits) {
    EXPECT_EQ(referrers_tag(subject).str(), "sha256-" + subject.hex());
    const digest long_one = digest::of("subject", hash_function::sha512);
    EXPECT_EQ(referrers_tag(long_one).str(), "sha512-" + long_one.hex().substr(0, 64));
}

}  // namespace
}  // namespace berth::oci
