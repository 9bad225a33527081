#include "oci/manifest.hpp"

#include "oci/media_type.hpp"

#include <gtest/gtest.h>

namespace berth::oci {
namespace {

const std::string digest_a = digest::of("a").str();
const std::string digest_b = digest::of("b").str();

std::string descriptor_json(const std::string& digest) {
    return R"({"mediaType":"x/y","digest":")" + digest + R"(","size":7})";
}

std::string image(const std::string& more = "", const std::string& layers = descriptor_json(digest_b)) {
    return R"({"schemaVersion":2,"config":)" + descriptor_json(digest_a) + R"(,"layers":[)" + layers + "]" + more + "}";
}

std::string index(const std::string& more = "") {
    return R"({"schemaVersion":2,"manifests":[)" + descriptor_json(digest_a) + "]" + more + "}";
}

std::string with_type(std::string_view type) {
    return R"(,"mediaType":")" + std::string{type} + "\"";
}

void expect_refused(const std::string& bytes, std::string_view content_type = {}) {
    const auto read = parse_manifest(bytes, content_type);
    ASSERT_FALSE(read) << bytes;
    EXPECT_EQ(read.error().code, errc::manifest_invalid);
    EXPECT_FALSE(read.error().message.empty());
}

TEST(manifest, reads_an_image) {
    const auto read = parse_manifest(image(with_type(media_type::docker_manifest)), media_type::docker_manifest);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->media_type, media_type::docker_manifest);
    ASSERT_TRUE(read->config);
    EXPECT_EQ(read->config->digest.str(), digest_a);
    EXPECT_EQ(read->config->media_type, "x/y");
    ASSERT_EQ(read->layers.size(), 1U);
    EXPECT_EQ(read->layers[0].digest.str(), digest_b);
    EXPECT_EQ(read->layers[0].size_bytes, 7U);
    EXPECT_TRUE(read->layers[0].urls.empty());
    EXPECT_TRUE(read->manifests.empty());
    EXPECT_FALSE(read->subject);
}

TEST(manifest, reads_an_index) {
    const auto read = parse_manifest(index(with_type(media_type::oci_index)), media_type::oci_index);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->media_type, media_type::oci_index);
    ASSERT_EQ(read->manifests.size(), 1U);
    EXPECT_EQ(read->manifests[0].digest.str(), digest_a);
    EXPECT_FALSE(read->config);
}

TEST(manifest, takes_the_type_from_the_shape_where_none_is_stated) {
    EXPECT_EQ(parse_manifest(image(), "")->media_type, media_type::oci_manifest);
    EXPECT_EQ(parse_manifest(index(), "")->media_type, media_type::oci_index);
    EXPECT_EQ(parse_manifest(image(R"(,"mediaType":"")"), "")->media_type, media_type::oci_manifest);
}

TEST(manifest, reads_the_subject) {
    const auto read = parse_manifest(image(R"(,"subject":)" + descriptor_json(digest_b)), "");
    ASSERT_TRUE(read);
    ASSERT_TRUE(read->subject);
    EXPECT_EQ(read->subject->digest.str(), digest_b);
    EXPECT_FALSE(parse_manifest(image(R"(,"subject":null)"), "")->subject);
}

TEST(detect_media_type, knows_what_registry_2_stored_however_deep_it_is) {
    const std::string deep = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","x":)" +
                             std::string(500, '[') + std::string(500, ']') + "}";
    EXPECT_EQ(detect_media_type(deep), media_type::oci_manifest);
}

TEST(manifest, refuses_addresses_of_layers_that_are_not_of_the_web) {
    const auto with_urls = [](const std::string& type, const std::string& urls) {
        return image("", R"({"mediaType":")" + type + R"(","digest":")" + digest_b + R"(","urls":)" + urls + "}");
    };
    for (const char* type :
         {"application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar",
          "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"}) {
        for (const char* urls : {R"(["file:///etc/passwd"])", R"(["https://x/y#z"])", R"(["x"])", R"(["http:x"])",
                                 R"([""])", R"(["http://x", 3])", R"("http://x")", R"({"a":"http://x"})"})
            EXPECT_EQ(parse_manifest(with_urls(type, urls), "").error().code, errc::manifest_invalid) << urls;
        for (const char* urls : {R"(["HTTP://x:80/y?z"])", R"(["https://x/y", "http://z"])", "null"})
            EXPECT_TRUE(parse_manifest(with_urls(type, urls), "").has_value()) << urls;
    }
    EXPECT_TRUE(parse_manifest(with_urls("application/vnd.acme.thing", R"(["oci://x/y"])"), "").has_value())
        << "what a client does with other content is its own business";
}

TEST(manifest, refuses_keys_in_other_case) {
    const std::string index =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[])";
    EXPECT_TRUE(parse_manifest(index + "}", "").has_value());
    EXPECT_TRUE(parse_manifest(index + R"(,"annotations":{"Layers":"x"},"platform":{"Digest":1}})", "").has_value());
    for (const char* more : {R"(,"Layers":[]})", ",\"layer\u017f\":[]}", R"(,"MEDIATYPE":"x"})"})
        EXPECT_EQ(parse_manifest(index + more, "").error().code, errc::manifest_invalid) << more;
    const std::string layer = R"({"digest":")" + digest_b + R"(","Digest":")" + digest_a + R"("})";
    EXPECT_EQ(parse_manifest(image("", layer), "").error().code, errc::manifest_invalid);
}

TEST(manifest, takes_null_for_the_empty_list_that_go_writes) {
    const auto read = parse_manifest(R"({"schemaVersion":2,"manifests":null})", "");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->manifests.empty());
}

TEST(manifest, ignores_parameters_of_the_content_type) {
    EXPECT_TRUE(parse_manifest(image(), std::string{media_type::oci_manifest} + "; charset=utf-8"));
}

TEST(manifest, may_not_contradict_the_content_type) {
    expect_refused(image(), media_type::oci_index);
    expect_refused(image(), media_type::docker_manifest);
    expect_refused(image(with_type(media_type::docker_manifest)), media_type::oci_manifest);
    expect_refused(image(), "application/json");
}

TEST(manifest, may_not_be_an_image_and_an_index_at_once) {
    expect_refused(image(R"(,"manifests":[])"));
    expect_refused(index(R"(,"layers":[])"));
    expect_refused(image(with_type(media_type::oci_index)));
    expect_refused(index(with_type(media_type::oci_manifest)));
}

TEST(manifest, may_not_hold_a_key_twice) {
    expect_refused(image(R"(,"layers":[])"));
    expect_refused(image(R"(,"schemaVersion":2)"));
    expect_refused(image(with_type(media_type::oci_manifest) + with_type(media_type::docker_manifest)));
    expect_refused(image("", R"({"digest":")" + digest_a + R"(","digest":")" + digest_b + "\"}"));
}

TEST(manifest, may_hold_a_key_twice_that_nobody_reads_here) {
    EXPECT_TRUE(parse_manifest(image(R"(,"annotations":{"x":"1","x":"2"})"), ""));
}

TEST(manifest, has_to_be_json) {
    for (const char* bytes : {"", "{", "[]", "null", "\"x\"", "{}", "{} x", "{\"a\":\"\xff\"}", "{'a':1}"})
        expect_refused(bytes);
    expect_refused(image() + "{}");
}

TEST(manifest, may_not_nest_deeper_than_32) {
    const auto nested = [](int levels) {
        return image(R"(,"x":)" + std::string(levels, '[') + std::string(levels, ']'));
    };
    EXPECT_TRUE(parse_manifest(nested(31), ""));
    expect_refused(nested(32));
    expect_refused(nested(1000000));
}

TEST(manifest, has_schema_version_2) {
    for (const char* version : {"1", "3", "2.0", "\"2\"", "null", "-2"}) {
        expect_refused(R"({"schemaVersion":)" + std::string{version} + R"(,"manifests":[]})");
    }
    expect_refused(R"({"manifests":[]})");
    expect_refused(R"({"schemaVersion":1,"name":"x","tag":"y","fsLayers":[],"signatures":[]})",
                   media_type::docker_schema1_signed);
}

TEST(manifest, has_a_type_that_is_stored) {
    expect_refused(image(with_type("application/vnd.oci.artifact.manifest.v1+json")));
    expect_refused(image(with_type(media_type::docker_schema1)));
    expect_refused(image(R"(,"mediaType":7)"));
}

TEST(manifest, needs_all_its_parts) {
    expect_refused(R"({"schemaVersion":2,"layers":[]})");
    expect_refused(R"({"schemaVersion":2,"config":null,"layers":[]})");
    expect_refused(R"({"schemaVersion":2,"manifests":{}})");
    expect_refused(R"({"schemaVersion":2})");
}

TEST(manifest, may_leave_out_an_empty_list) {
    EXPECT_TRUE(parse_manifest(R"({"schemaVersion":2,"config":)" + descriptor_json(digest_a) + "}", "").has_value());
    EXPECT_TRUE(
        parse_manifest(R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json"})", "").has_value());
}

TEST(manifest, may_be_announced_in_any_case) {
    EXPECT_TRUE(parse_manifest(image(), "APPLICATION/vnd.oci.image.manifest.v1+JSON").has_value());
}

TEST(manifest, needs_good_descriptors) {
    for (const std::string& layer :
         {std::string{"7"}, std::string{"null"}, std::string{"{}"}, std::string{R"({"digest":7})"},
          std::string{R"({"digest":"sha256:00"})"}, std::string{R"({"digest":"md5:00"})"},
          R"({"mediaType":7,"digest":")" + digest_a + "\"}", R"({"size":-1,"digest":")" + digest_a + "\"}",
          R"({"size":1.5,"digest":")" + digest_a + "\"}", R"({"size":"7","digest":")" + digest_a + "\"}",
          R"({"size":18446744073709551616,"digest":")" + digest_a + "\"}"})
        expect_refused(image("", layer));
    expect_refused(image(R"(,"subject":{"digest":"x"})"));
}

TEST(manifest, has_an_artifact_type_and_annotations_that_are_strings) {
    EXPECT_TRUE(parse_manifest(image(R"(,"artifactType":"a/b","annotations":{"a":"b","c":""})"), ""));
    EXPECT_TRUE(parse_manifest(index(R"(,"artifactType":null,"annotations":null)"), ""));
    EXPECT_TRUE(parse_manifest(image(R"(,"annotations":{"go writes":null})"), ""));
    for (const char* more :
         {R"(,"artifactType":7)", R"(,"artifactType":{})", R"(,"annotations":[])", R"(,"annotations":"a")",
          R"(,"annotations":{"a":1})", R"(,"annotations":{"a":{"b":"c"}})",
          R"(,"artifactType":"a/b","artifactType":"c/d")", R"(,"annotations":{},"annotations":{})"}) {
        expect_refused(image(more));
        expect_refused(index(more));
    }
}

TEST(detect_media_type, believes_the_bytes) {
    EXPECT_EQ(detect_media_type(image(with_type(media_type::docker_manifest))), media_type::docker_manifest);
    EXPECT_EQ(detect_media_type(image()), media_type::oci_manifest);
    EXPECT_EQ(detect_media_type(index()), media_type::oci_index);
    EXPECT_EQ(detect_media_type(R"({"schemaVersion":1})"), media_type::docker_schema1_signed);
}

TEST(detect_media_type, calls_everything_else_bytes) {
    for (const char* bytes : {"", "no JSON", "[]", "{}", R"({"mediaType":"text/html","layers":[]})"})
        EXPECT_EQ(detect_media_type(bytes), media_type::octet_stream) << bytes;
}

}  // namespace
}  // namespace berth::oci
