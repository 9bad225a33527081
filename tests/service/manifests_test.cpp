#include "support/raw_client.hpp"
#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

namespace {

const std::string oci_type = "application/vnd.oci.image.manifest.v1+json";
const std::string docker_type = "application/vnd.docker.distribution.manifest.v2+json";

std::string image_of(running_app& app, const std::string& type = oci_type) {
    const std::string config = app.push_blob("team/net", "{}"), layer = app.push_blob("team/net", "layer");
    return R"({"schemaVersion":2,"mediaType":")" + type +
           R"(","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" + config +
           R"(","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":")" + layer +
           R"(","size":5}]})";
}

const std::string at_tag = "/v2/team/net/manifests/3";

}  // namespace

TEST(manifests, are_pushed_by_tag_and_pulled_by_tag_and_digest) {
    for (const std::string& type : {oci_type, docker_type}) {
        running_app app;
        const std::string image = image_of(app, type), digest = oci::digest::of(image).str();
        const answer put = app.send(verb::put, at_tag, image, {{"Content-Type", type}});
        EXPECT_EQ(put.code, 201u);
        EXPECT_EQ(put.header("Docker-Content-Digest"), digest);
        EXPECT_EQ(running_app::path_of(put), "/v2/team/net/manifests/" + digest);
        for (const std::string& url : {at_tag, "/v2/team/net/manifests/" + digest}) {
            for (const verb method : {verb::get, verb::head}) {
                const answer got = app.send(method, url);
                EXPECT_EQ(got.code, 200u);
                EXPECT_EQ(got.body, method == verb::get ? image : "");
                EXPECT_EQ(got.header("Content-Length"), std::to_string(image.size()));
                EXPECT_EQ(got.header("Content-Type"), type);
                EXPECT_EQ(got.header("Docker-Content-Digest"), digest);
                EXPECT_EQ(got.header("ETag"), '"' + digest + '"');
            }
        }
    }
}

TEST(manifests, are_never_converted_whatever_the_client_accepts) {
    running_app app;
    const std::string image = image_of(app);
    app.send(verb::put, at_tag, image, {{"Content-Type", oci_type}});
    EXPECT_EQ(app.get(at_tag, {{"Accept", "application/vnd.docker.distribution.manifest.v1+json"}}).body, image);
}

TEST(manifests, a_client_that_has_it_is_told_so) {
    running_app app;
    const std::string image = image_of(app);
    app.send(verb::put, at_tag, image);
    EXPECT_EQ(app.get(at_tag, {{"If-None-Match", '"' + oci::digest::of(image).str() + '"'}}).code, 304u);
}

TEST(manifests, that_refer_to_missing_blobs_are_refused_blob_by_blob) {
    running_app app;
    running_app source;
    const answer refused = app.send(verb::put, at_tag, image_of(source), {{"Content-Type", oci_type}});
    EXPECT_EQ(refused.code, 400u);
    const auto first = refused.body.find("MANIFEST_BLOB_UNKNOWN");
    EXPECT_NE(first, std::string::npos);
    EXPECT_NE(refused.body.find("MANIFEST_BLOB_UNKNOWN", first + 1), std::string::npos);
    EXPECT_EQ(app.get(at_tag).code, 404u);
}

TEST(manifests, row_36_that_are_none_are_refused) {
    running_app app;
    const std::string image = image_of(app);
    EXPECT_EQ(app.send(verb::put, at_tag, "not json", {{"Content-Type", oci_type}}).code, 400u);
    EXPECT_EQ(app.send(verb::put, at_tag, "{}", {{"Content-Type", oci_type}}).code, 400u);
    EXPECT_EQ(app.send(verb::put, at_tag, image, {{"Content-Type", docker_type}}).code, 400u);
    EXPECT_EQ(app.send(verb::put, "/v2/team/net/manifests/" + oci::digest::of("x").str(), image).code, 400u);
    EXPECT_EQ(app.send(verb::put, "/v2/team/net/manifests/-bad", image).code, 400u);
    EXPECT_EQ(app.send(verb::put, at_tag, std::string(4 * 1024 * 1024 + 1, ' ')).code, 413u);
}

TEST(manifests, unknown_ones_are_not_found) {
    running_app app;
    for (const std::string& reference : {std::string{"3"}, std::string{"-bad"}, oci::digest::of("x").str()}) {
        const answer got = app.get("/v2/team/net/manifests/" + reference);
        EXPECT_EQ(got.code, 404u) << reference;
        EXPECT_NE(got.body.find("MANIFEST_UNKNOWN"), std::string::npos) << reference;
    }
}

TEST(manifests, the_last_push_of_a_tag_wins) {
    running_app app;
    const std::string first = image_of(app),
                      second = first.substr(0, first.size() - 1) + R"(,"annotations":{"a":"b"}})";
    EXPECT_EQ(app.send(verb::put, at_tag, first).code, 201u);
    EXPECT_EQ(app.send(verb::put, at_tag, second).code, 201u);
    EXPECT_EQ(app.get(at_tag).body, second);
    EXPECT_EQ(app.get("/v2/team/net/manifests/" + oci::digest::of(first).str()).body, first);
}

TEST(manifests, a_push_by_digest_sets_the_tags_of_its_query) {
    for (const hash_function algorithm : {hash_function::sha256, hash_function::sha512}) {
        running_app app;
        const std::string image = image_of(app), digest = oci::digest::of(image, algorithm).str();
        const std::string url = "/v2/team/net/manifests/" + digest;
        const answer put = app.send(verb::put, url + "?tag=1.2&tag=1&tag=1.2&tag=latest", image);
        EXPECT_EQ(put.code, 201u);
        EXPECT_EQ(put.header("Docker-Content-Digest"), digest);
        std::vector<std::string> accepted;
        const auto [first, last] = put.headers.equal_range("OCI-Tag");
        for (auto at = first; at != last; ++at) accepted.emplace_back(at->value());
        EXPECT_EQ(accepted, (std::vector<std::string>{"1.2", "1", "latest"}));
        for (const std::string& tag : accepted)
            EXPECT_EQ(app.get("/v2/team/net/manifests/" + tag).header("Docker-Content-Digest"), digest);
    }
}

TEST(manifests, a_bad_tag_in_the_query_stores_nothing) {
    running_app app;
    const std::string image = image_of(app), digest = oci::digest::of(image).str();
    const std::string url = "/v2/team/net/manifests/" + digest;
    EXPECT_NE(app.send(verb::put, url + "?tag=good&tag=-bad", image).body.find("TAG_INVALID"), std::string::npos);
    std::string many = url + "?";
    for (int i = 0; i < 101; ++i) many += "tag=" + std::to_string(i) + "&";
    EXPECT_EQ(app.send(verb::put, many, image).code, 414u);
    EXPECT_EQ(app.get(url).code, 404u);
    EXPECT_EQ(app.send(verb::put, at_tag + "?tag=other", image).header("OCI-Tag"), "") << "only by digest";
    EXPECT_EQ(app.get("/v2/team/net/manifests/other").code, 404u);
}

TEST(manifests, a_body_that_breaks_off_is_a_manifest_that_is_none) {
    running_app app;
    test::raw_client client{app.port()};
    client.send("PUT " + at_tag + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    const std::string got = client.read_to_end();
    EXPECT_TRUE(got.starts_with("HTTP/1.1 400 ")) << got;
    EXPECT_NE(got.find("MANIFEST_INVALID"), std::string::npos) << got;
}

TEST(manifests, name_the_addresses_that_the_configuration_allows_and_no_others) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: inmemory\n"
        "http: {addr: '127.0.0.1:0'}\nvalidation: {manifests: {urls: {allow: ['^https://a[.]example/']}}}\n"};
    const auto image_from = [&](const std::string& url) {
        std::string image = image_of(app);
        image.insert(image.size() - 3, R"(,"urls":[")" + url + R"("])");
        return image;
    };
    EXPECT_EQ(app.send(verb::put, at_tag, image_from("https://a.example/x")).code, 201u);
    const answer refused = app.send(verb::put, at_tag, image_from("https://b.example/x"));
    EXPECT_EQ(refused.code, 400u);
    EXPECT_NE(refused.body.find("MANIFEST_INVALID"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("invalid URL on layer"), std::string::npos) << refused.body;
}

TEST(manifests, of_platforms_that_are_not_asked_for_may_be_missing_from_an_index) {
    const std::string base =
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: inmemory\n"
        "http: {addr: '127.0.0.1:0'}\n";
    running_app usual{base};
    running_app picky{base +
                      "validation: {manifests: {indexes: {platforms: list, platformlist: [{architecture: amd64, os: "
                      "linux}]}}}\n"};
    const auto index_of = [](const std::string& architecture) {
        return R"({"schemaVersion":2,"manifests":[{"digest":")" + oci::digest::of("x").str() +
               R"(","size":1,"mediaType":")" + oci_type + R"(","platform":{"os":"linux","architecture":")" +
               architecture + R"("}}]})";
    };
    EXPECT_EQ(usual.send(verb::put, at_tag, index_of("arm64")).code, 400u);
    EXPECT_EQ(picky.send(verb::put, at_tag, index_of("arm64")).code, 201u);
    EXPECT_EQ(picky.send(verb::put, at_tag, index_of("amd64")).code, 400u);
}

}  // namespace berth
