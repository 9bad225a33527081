#include "oci/read_descriptor.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace berth::oci {
namespace {

const std::string digest_a = digest::of("a").str();

outcome<descriptor> read_with(const std::string& more) {
    return read_descriptor(
        boost::json::parse(R"({"mediaType":"x/y","size":1,"digest":")" + digest_a + '"' + more + "}"), "layers[3]");
}

TEST(read_descriptor, reads_what_a_registry_needs) {
    const auto read = read_with(R"(,"urls":["https://x/y"],"annotations":{"a":"b"},"data":"YQ==","other":{"x":1})");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->media_type, "x/y");
    EXPECT_EQ(read->digest.str(), digest_a);
    EXPECT_EQ(read->size_bytes, 1u);
    EXPECT_EQ(read->urls, std::vector<std::string>{"https://x/y"});
    EXPECT_FALSE(read->made_for);
}

TEST(read_descriptor, reads_the_platform_of_what_an_index_lists) {
    const auto read = read_with(R"(,"platform":{"os":"linux","architecture":"arm","variant":"v7"})");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->made_for, (platform{"linux", "arm", "v7"}));
}

TEST(read_descriptor, says_which_one_is_wrong) {
    const auto read = read_with(R"(,"annotations":[])");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, errc::manifest_invalid);
    EXPECT_TRUE(read.error().message.starts_with("layers[3].")) << read.error().message;
}

TEST(read_descriptor, wants_annotations_that_are_strings) {
    for (const char* annotations : {R"({"a":1})", R"("x")", "[]", R"({"a":["b"]})"})
        EXPECT_FALSE(read_with(std::string{R"(,"annotations":)"} + annotations).has_value()) << annotations;
    for (const char* annotations : {"null", "{}", R"({"a":null})", R"({"Digest":"x"})"})
        EXPECT_TRUE(read_with(std::string{R"(,"annotations":)"} + annotations).has_value()) << annotations;
}

TEST(read_descriptor, wants_a_platform_that_is_one) {
    for (const char* platform :
         {R"("linux")", "[]", R"({"architecture":1})", R"({"os":{}})", R"({"os.version":[]})", R"({"variant":8})",
          R"({"os.features":"x"})", R"({"os.features":[1]})", R"({"features":{}})", R"({"OS":"linux"})"})
        EXPECT_FALSE(read_with(std::string{R"(,"platform":)"} + platform).has_value()) << platform;
    for (const char* platform :
         {"null", "{}",
          R"({"architecture":"arm","os":"linux","variant":"v8","os.features":["x"],"os.version":null,"y":1})"})
        EXPECT_TRUE(read_with(std::string{R"(,"platform":)"} + platform).has_value()) << platform;
}

TEST(read_descriptor, wants_a_list_of_addresses) {
    for (const char* urls : {R"("https://x")", "{}", "[1]"})
        EXPECT_FALSE(read_with(std::string{R"(,"urls":)"} + urls).has_value()) << urls;
    EXPECT_TRUE(read_with(R"(,"urls":[])")->urls.empty());
}

TEST(read_descriptor, wants_no_key_in_other_case) {
    for (const char* more : {R"(,"Digest":"x")", R"(,"URLS":[])", R"(,"MediaType":"x")"})
        EXPECT_FALSE(read_with(more).has_value()) << more;
}

}  // namespace
}  // namespace berth::oci
