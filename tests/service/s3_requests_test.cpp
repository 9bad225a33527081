// What a pull and a push ask of S3, counted in its log.
#include "support/fake_s3.hpp"
#include "support/running_app.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

namespace {

const std::string config = "{}", base(300'000, 'b'), code(2'000, 'c');

std::string digest_of(const std::string& bytes) {
    return oci::digest::of(bytes).str();
}

std::string descriptor(const std::string& type, const std::string& bytes) {
    return R"({"mediaType":"application/vnd.oci.image.)" + type + R"(","size":)" + std::to_string(bytes.size()) +
           R"(,"digest":")" + digest_of(bytes) + "\"}";
}

const std::string image = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
                          descriptor("config.v1+json", config) + R"(,"layers":[)" + descriptor("layer.v1.tar", base) +
                          "," + descriptor("layer.v1.tar", code) + "]}";

struct s3_requests : testing::Test {
    test::fake_s3 server;

    std::string yaml(const std::string& cache) {
        return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nhttp: {addr: 127.0.0.1:0}\nstorage:\n"
               "  delete: {enabled: true}\n  cache: {" +
               cache + "}\n  s3: {region: us-east-1, bucket: " + server.settings().bucket + ", regionendpoint: \"" +
               server.endpoint() + "\", secure: false, accesskey: " + server.settings().access_key +
               ", secretkey: " + server.settings().secret_key + "}\n";
    }
    std::unique_ptr<running_app> node(const std::string& cache = "") {
        return std::make_unique<running_app>(yaml(cache));
    }

    void push_image(running_app& to) {
        for (const std::string& bytes : {config, base, code}) to.push_blob("team/net", bytes);
        ASSERT_EQ(to.send(verb::put, "/v2/team/net/manifests/3", image).code, 201u);
    }
    // As docker does it.
    void pull_image(running_app& from) {
        EXPECT_EQ(from.send(verb::head, "/v2/team/net/manifests/3").header("Docker-Content-Digest"), digest_of(image));
        EXPECT_EQ(from.get("/v2/team/net/manifests/" + digest_of(image)).body, image);
        for (const std::string& bytes : {config, base, code})
            EXPECT_EQ(from.get("/v2/team/net/blobs/" + digest_of(bytes)).body, bytes);
    }

    // Each request, health probes left out, as its operation and what of its key tells what it is for.
    std::map<std::string, int> asked() {
        std::map<std::string, int> counts;
        for (const auto& request : server.requests()) {
            if (request.key.ends_with("berth-probe")) continue;
            const auto prefix = request.query.find("prefix");
            const std::string& about = prefix == request.query.end() ? request.key : prefix->second;
            std::string what = "data of a blob";
            for (const std::string& bytes : {config, base, code})
                if (about.find(digest_of(bytes).substr(7)) != std::string::npos)
                    what = "data " + std::to_string(bytes.size());
            if (about.find(digest_of(image).substr(7)) != std::string::npos) what = "manifest";
            for (const char* link : {"_layers", "revisions", "current", "index", "intents"})
                if (about.find(link) != std::string::npos) what = link;
            ++counts[request.operation + " " + what];
        }
        server.clear_requests();
        return counts;
    }
};

using counts = std::map<std::string, int>;

TEST_F(s3_requests, a_cold_pull_asks_for_the_tag_the_manifest_its_link_and_the_blobs_bytes_and_for_nothing_else) {
    push_image(*node());
    const auto other = node();
    server.clear_requests();
    pull_image(*other);
    EXPECT_EQ(asked(), (counts{{"GetObject current", 1},
                               {"HeadObject revisions", 1},
                               {"GetObject manifest", 1},
                               {"GetObject data 2", 1},
                               {"GetObject data 300000", 1},
                               {"GetObject data 2000", 1}}));
}

TEST_F(s3_requests, a_warm_pull_asks_for_the_tag_and_the_blobs_bytes) {
    const auto app = node();
    push_image(*app);
    const counts warm{
        {"GetObject current", 1}, {"GetObject data 2", 1}, {"GetObject data 300000", 1}, {"GetObject data 2000", 1}};
    for (int i = 0; i < 2; ++i) {
        server.clear_requests();
        pull_image(*app);
        EXPECT_EQ(asked(), warm);
    }
}

TEST_F(s3_requests, a_part_of_a_blob_that_a_manifest_vouches_for_is_asked_for_and_no_more) {
    push_image(*node());
    const auto other = node();
    other->get("/v2/team/net/manifests/3");
    server.clear_requests();
    const answer part = other->get("/v2/team/net/blobs/" + digest_of(base), {{"Range", "bytes=1000-1999"}});
    EXPECT_EQ(part.code, 206u);
    EXPECT_EQ(part.header("Content-Range"), "bytes 1000-1999/300000");
    ASSERT_EQ(server.requests().size(), 1u);
    EXPECT_EQ(server.requests().front().headers.at("range"), "bytes=1000-1999");
}

TEST_F(s3_requests, a_blob_of_which_nothing_is_known_costs_its_link_and_its_bytes) {
    push_image(*node());
    const auto other = node();
    server.clear_requests();
    EXPECT_EQ(other->get("/v2/team/net/blobs/" + digest_of(base)).body, base);
    EXPECT_EQ(asked(), (counts{{"HeadObject _layers", 1}, {"GetObject data 300000", 1}}));
}

TEST_F(s3_requests, without_a_lifetime_every_link_is_asked_for_and_no_manifest_twice) {
    push_image(*node());
    const auto other = node("lifetime: 0s");
    pull_image(*other);
    server.clear_requests();
    pull_image(*other);
    EXPECT_EQ(asked(), (counts{{"GetObject current", 1},
                               {"HeadObject revisions", 2},
                               {"HeadObject _layers", 3},
                               {"GetObject data 2", 1},
                               {"GetObject data 300000", 1},
                               {"GetObject data 2000", 1}}));
}

TEST_F(s3_requests, what_a_push_asks_is_asked_of_s3) {
    const auto app = node();
    push_image(*app);
    pull_image(*app);
    server.clear_requests();
    app->send(verb::head, "/v2/team/net/blobs/" + digest_of(base));
    EXPECT_EQ(asked(), (counts{{"HeadObject _layers", 1}, {"HeadObject data 300000", 1}}));
    app->send(verb::head, "/v2/team/net/manifests/" + digest_of(image));
    EXPECT_EQ(asked(), (counts{{"HeadObject revisions", 1}, {"HeadObject manifest", 1}}));
    app->send(verb::post, "/v2/team/other/blobs/uploads/?from=team/net&mount=" + digest_of(base));
    EXPECT_EQ(asked(), (counts{{"HeadObject _layers", 1}, {"HeadObject data 300000", 1}, {"PutObject _layers", 1}}));
    app->send(verb::put, "/v2/team/net/manifests/3", image);
    EXPECT_EQ(asked(), (counts{{"PutObject intents", 1},
                               {"HeadObject _layers", 3},
                               {"ListObjectsV2 data 2", 1},
                               {"ListObjectsV2 data 300000", 1},
                               {"ListObjectsV2 data 2000", 1},
                               {"ListObjectsV2 manifest", 1},
                               {"ListObjectsV2 revisions", 1},
                               {"DeleteObject intents", 1},
                               {"PutObject manifest", 1},
                               {"PutObject revisions", 1},
                               {"PutObject index", 1},
                               {"PutObject current", 1}}));
}

TEST_F(s3_requests, a_tag_that_another_node_moves_or_deletes_is_so_here_at_once) {
    const auto one = node(), other = node();
    push_image(*one);
    pull_image(*other);
    const std::string moved = image + "\n";
    one->send(verb::put, "/v2/team/net/manifests/3", moved);
    EXPECT_EQ(other->get("/v2/team/net/manifests/3").body, moved);
    one->send(verb::delete_, "/v2/team/net/manifests/3");
    EXPECT_EQ(other->get("/v2/team/net/manifests/3").code, 404u);
}

TEST_F(s3_requests, a_blob_deleted_here_is_gone_here_whatever_its_manifest_says) {
    const auto app = node();
    push_image(*app);
    pull_image(*app);
    const std::string url = "/v2/team/net/blobs/" + digest_of(base);
    EXPECT_EQ(app->send(verb::delete_, url).code, 202u);
    EXPECT_EQ(app->get("/v2/team/net/manifests/3").body, image);
    EXPECT_EQ(app->get(url).code, 404u);
    app->push_blob("team/net", base);
    EXPECT_EQ(app->get(url).body, base);
}

TEST_F(s3_requests, bytes_that_are_gone_from_the_store_are_a_blob_that_is_unknown) {
    push_image(*node());
    const auto other = node();
    other->get("/v2/team/net/manifests/3");
    for (const std::string& key : server.keys())
        if (key.find(digest_of(base).substr(7) + "/data") != std::string::npos) server.remove_object(key);
    const answer got = other->get("/v2/team/net/blobs/" + digest_of(base));
    EXPECT_EQ(got.code, 404u);
    EXPECT_THAT(got.body, testing::HasSubstr("BLOB_UNKNOWN"));
}

TEST_F(s3_requests, a_blob_that_is_not_as_large_as_its_manifest_says_is_served_as_it_is) {
    const std::string lies =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
        descriptor("config.v1+json", config) + R"(,"layers":[{"mediaType":"x/y","size":5,"digest":")" +
        digest_of(base) + "\"}]}";
    const auto app = node();
    app->push_blob("team/net", config);
    app->push_blob("team/net", base);
    ASSERT_EQ(app->send(verb::put, "/v2/team/net/manifests/lies", lies).code, 201u);
    const auto other = node();
    EXPECT_EQ(other->get("/v2/team/net/manifests/lies").body, lies);
    EXPECT_EQ(other->get("/v2/team/net/blobs/" + digest_of(base)).body, base);

    const auto third = node();
    EXPECT_EQ(third->get("/v2/team/net/manifests/lies").body, lies);
    const answer part = third->get("/v2/team/net/blobs/" + digest_of(base), {{"Range", "bytes=1000-1999"}});
    EXPECT_EQ(part.code, 206u);
    EXPECT_EQ(part.header("Content-Range"), "bytes 1000-1999/300000");
    EXPECT_EQ(third->get("/v2/team/net/blobs/" + digest_of(base), {{"Range", "bytes=300000-"}}).code, 416u);
}

TEST_F(s3_requests, a_manifest_opens_no_blob_of_another_repository) {
    const auto app = node();
    push_image(*app);
    pull_image(*app);
    for (const std::string& bytes : {config, base, code})
        EXPECT_EQ(app->get("/v2/team/other/blobs/" + digest_of(bytes)).code, 404u);
    // The manifest's bytes as a blob: pushed without a look at what they refer to.
    app->push_blob("team/other", image);
    app->get("/v2/team/other/manifests/" + digest_of(image));
    EXPECT_EQ(app->get("/v2/team/other/blobs/" + digest_of(base)).code, 404u);
}

TEST_F(s3_requests, where_manifests_are_taken_unchecked_they_open_no_blob) {
    push_image(*node());
    running_app sparse{yaml("") + "validation: {sparse: {enabled: true}}\n"};
    ASSERT_EQ(sparse.send(verb::put, "/v2/team/other/manifests/3", image).code, 201u);
    EXPECT_EQ(sparse.get("/v2/team/other/manifests/3").body, image);
    EXPECT_EQ(sparse.get("/v2/team/other/blobs/" + digest_of(base)).code, 404u);
}

}  // namespace

}  // namespace berth
