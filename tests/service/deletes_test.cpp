#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

namespace {

std::string config_with(const std::string& storage) {
    return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}, " + storage +
           "}\nhttp: {addr: 127.0.0.1:0}\n";
}

const std::string with_deletes = config_with("delete: {enabled: true}");

std::string image_of(running_app& app, const std::string& repository) {
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":)"
           R"("application/vnd.oci.image.config.v1+json","digest":")" +
           app.push_blob(repository, "{}") + R"(","size":2},"layers":[]})";
}

bool has_code(const answer& got, std::string_view code) {
    return got.body.find("\"code\":\"" + std::string{code} + "\"") != std::string::npos;
}

}  // namespace

TEST(deletes, a_tag_goes_and_the_manifest_stays) {
    running_app app{with_deletes};
    const std::string image = image_of(app, "net"), digest = oci::digest::of(image).str();
    app.send(verb::put, "/v2/net/manifests/1", image);
    app.send(verb::put, "/v2/net/manifests/2", image);
    EXPECT_EQ(app.send(verb::delete_, "/v2/net/manifests/1").code, 202u);
    EXPECT_TRUE(has_code(app.get("/v2/net/manifests/1"), "MANIFEST_UNKNOWN"));
    EXPECT_EQ(app.get("/v2/net/manifests/2").body, image);
    EXPECT_EQ(app.get("/v2/net/manifests/" + digest).body, image);
    EXPECT_EQ(app.get("/v2/net/tags/list").body, "{\"name\":\"net\",\"tags\":[\"2\"]}\n");
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/manifests/1"), "MANIFEST_UNKNOWN"));
}

TEST(deletes, a_manifest_goes_with_all_its_tags_and_can_be_pushed_again) {
    running_app app{with_deletes};
    const std::string image = image_of(app, "net"), digest = oci::digest::of(image).str();
    app.send(verb::put, "/v2/net/manifests/1", image);
    app.send(verb::put, "/v2/net/manifests/2", image);
    EXPECT_EQ(app.send(verb::delete_, "/v2/net/manifests/" + digest).code, 202u);
    for (const std::string& reference : {std::string{"1"}, std::string{"2"}, digest})
        EXPECT_EQ(app.get("/v2/net/manifests/" + reference).code, 404u) << reference;
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/manifests/" + digest), "MANIFEST_UNKNOWN"));
    EXPECT_EQ(app.send(verb::put, "/v2/net/manifests/1", image).code, 201u);
    EXPECT_EQ(app.get("/v2/net/manifests/1").body, image);
}

TEST(deletes, a_blob_goes_from_its_repository_only) {
    running_app app{with_deletes};
    const std::string digest = app.push_blob("net", "layer");
    app.push_blob("other", "layer");
    EXPECT_EQ(app.send(verb::delete_, "/v2/net/blobs/" + digest).code, 202u);
    EXPECT_TRUE(has_code(app.get("/v2/net/blobs/" + digest), "BLOB_UNKNOWN"));
    EXPECT_EQ(app.get("/v2/other/blobs/" + digest).body, "layer");
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/blobs/" + digest), "BLOB_UNKNOWN"));
    app.push_blob("net", "layer");
    EXPECT_EQ(app.get("/v2/net/blobs/" + digest).body, "layer");
}

TEST(deletes, what_is_unknown_or_malformed_is_told_so) {
    running_app app{with_deletes};
    const std::string digest = oci::digest::of("x").str();
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/blobs/" + digest), "BLOB_UNKNOWN"));
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/blobs/sha256:x"), "DIGEST_INVALID"));
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/manifests/" + digest), "MANIFEST_UNKNOWN"));
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/manifests/sha256:x"), "DIGEST_INVALID"));
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/net/manifests/-bad"), "MANIFEST_UNKNOWN"));
    EXPECT_TRUE(has_code(app.send(verb::delete_, "/v2/UP/manifests/1"), "NAME_INVALID"));
}

TEST(deletes, are_refused_unless_the_configuration_enables_them) {
    running_app app;
    const std::string image = image_of(app, "net"), digest = oci::digest::of(image).str();
    app.send(verb::put, "/v2/net/manifests/1", image);
    for (const std::string& target : {std::string{"/v2/net/manifests/1"}, "/v2/net/manifests/" + digest,
                                      "/v2/net/blobs/" + oci::digest::of("{}").str()}) {
        const answer refused = app.send(verb::delete_, target);
        EXPECT_EQ(refused.code, 405u) << target;
        EXPECT_TRUE(has_code(refused, "UNSUPPORTED")) << target;
        EXPECT_EQ(refused.header("Allow").find("DELETE"), std::string::npos) << target;
        EXPECT_EQ(app.get(target).code, 200u) << target;
    }
    const std::string upload = running_app::path_of(app.send(verb::post, "/v2/net/blobs/uploads/"));
    EXPECT_EQ(app.send(verb::delete_, upload).code, 204u) << "giving up an upload deletes nothing";
}

TEST(read_only, refuses_every_write_with_a_warning_and_serves_reads) {
    running_app app{config_with("delete: {enabled: true}, maintenance: {readonly: {enabled: true}}")};
    const std::string digest = oci::digest::of("x").str();
    for (const auto& [method, target] : {std::pair{verb::put, std::string{"/v2/net/manifests/1"}},
                                         {verb::delete_, "/v2/net/manifests/1"},
                                         {verb::delete_, "/v2/net/blobs/" + digest},
                                         {verb::post, "/v2/net/blobs/uploads/"},
                                         {verb::patch, "/v2/net/blobs/uploads/1"},
                                         {verb::put, "/v2/net/blobs/uploads/1?digest=" + digest}}) {
        const answer refused = app.send(method, target);
        EXPECT_EQ(refused.code, 405u) << target;
        EXPECT_TRUE(has_code(refused, "UNSUPPORTED")) << target;
        EXPECT_EQ(refused.header("Warning"), "299 - \"this registry is read-only\"") << target;
    }
    EXPECT_EQ(app.get("/v2/").code, 200u);
    EXPECT_EQ(app.get("/v2/").header("Warning"), "299 - \"this registry is read-only\"");
    EXPECT_TRUE(has_code(app.get("/v2/net/manifests/1"), "MANIFEST_UNKNOWN"));
}

}  // namespace berth
