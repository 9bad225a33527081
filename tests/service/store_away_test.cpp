#include "service/cached_node.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace berth {
namespace {

namespace fault = test::fault;
using http::verb;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::answer;
using test::running_app;

constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";

/// A node with a disk cache over an S3 that goes away.
class store_away : public test::cached_node {
protected:
    std::string yaml(const std::string& more = "", const std::string& health = "enabled: true, interval: 20ms") const {
        return yaml_with({.blob = more, .cache = "lifetime: 0s"}) + "health: {storagedriver: {" + health + "}}\n";
    }

    struct image {
        std::string layer, layer_digest, config_digest, manifest_digest;
    };
    // Pushed to `repository` as :v1.
    static image push(running_app& app, const std::string& repository, const std::string& what) {
        image made;
        made.layer = std::string(3'000'000, 'x') + what;
        made.layer_digest = app.push_blob(repository, made.layer);
        const std::string config = "{\"of\":\"" + what + "\"}";
        made.config_digest = app.push_blob(repository, config);
        const std::string manifest =
            std::string{R"({"schemaVersion":2,"mediaType":")"} + manifest_type +
            R"(","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" + made.config_digest +
            R"(","size":)" + std::to_string(config.size()) +
            R"(},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":")" + made.layer_digest +
            R"(","size":)" + std::to_string(made.layer.size()) + "}]}";
        const answer put =
            app.send(verb::put, "/v2/" + repository + "/manifests/v1", manifest, {{"Content-Type", manifest_type}});
        EXPECT_EQ(put.code, 201u);
        made.manifest_digest = put.header("Docker-Content-Digest");
        return made;
    }

    // As a client does; the Warning of the answer to the tag, or what went wrong.
    static std::string pull(running_app& app, const std::string& repository, const image& what) {
        const std::string base = "/v2/" + repository;
        if (app.get("/v2/").code != 200) return "no registry";
        const answer head = app.send(verb::head, base + "/manifests/v1");
        const answer tag = app.get(base + "/manifests/v1");
        if (head.code != 200 || tag.code != 200) return "tag: " + std::to_string(tag.code);
        if (tag.header("Docker-Content-Digest") != what.manifest_digest) return "another manifest";
        if (app.send(verb::head, base + "/manifests/" + what.manifest_digest).code != 200) return "no HEAD by digest";
        if (app.get(base + "/manifests/" + what.manifest_digest).body != tag.body) return "no manifest by digest";
        if (app.get(base + "/blobs/" + what.config_digest).code != 200) return "no config";
        if (app.get(base + "/blobs/" + what.layer_digest).body != what.layer) return "no layer";
        const answer part = app.get(base + "/blobs/" + what.layer_digest, {{"Range", "bytes=2999999-3000000"}});
        if (part.code != 206 || part.body != what.layer.substr(2999999, 2)) return "no part of the layer";
        return tag.header("Warning");
    }
    // And waits until the node has kept all of it.
    void pull_and_keep(running_app& app, const std::string& repository, const image& what) {
        ASSERT_EQ(pull(app, repository, what), "");
        for (const std::string& digest : {what.layer_digest, what.config_digest}) ASSERT_TRUE(is_in_index(digest));
    }

    // What is not here is refused, and soon.
    static void expect_503(running_app& app, verb method, const std::string& target, const std::string& body = {}) {
        const auto start = steady_clock::now();
        const answer got = app.send(method, target, body);
        EXPECT_EQ(got.code, 503u) << target;
        EXPECT_NE(got.header("Retry-After"), "") << target;
        EXPECT_LT(steady_clock::now() - start, std::chrono::seconds{2}) << target;
    }
};

TEST_F(store_away, row_32_a_cached_image_pulls_by_tag_and_digest_with_a_warning_also_after_a_restart) {
    image kept, unknown;
    {
        running_app app{yaml()};
        kept = push(app, "team/net", "kept");
        unknown = push(app, "team/other", "never pulled");
        pull_and_keep(app, "team/net", kept);
        s3_.stop();
        EXPECT_NE(pull(app, "team/net", kept).find("the storage does not answer"), std::string::npos);
        app.stop();
    }
    running_app app{yaml()};
    EXPECT_NE(pull(app, "team/net", kept).find("the storage does not answer"), std::string::npos);
    EXPECT_EQ(app.get("/v2/net/manifests/v1?ns=team").code, 200u) << "through a proxy's parameter";
    expect_503(app, verb::get, "/v2/team/other/blobs/" + unknown.layer_digest);
    expect_503(app, verb::get, "/v2/team/net/blobs/" + unknown.layer_digest);
    expect_503(app, verb::get, "/v2/team/net/tags/list");
    expect_503(app, verb::get, "/v2/team/unheard/manifests/v1");
    expect_503(app, verb::head, "/v2/team/net/blobs/" + kept.layer_digest);  // what a push would trust
    expect_503(app, verb::post, "/v2/team/net/blobs/uploads/?digest=" + oci::digest::of("x").str(), "x");
    expect_503(app, verb::post, "/v2/team/net/blobs/uploads/");  // of which a client would send all bytes in vain
}

TEST_F(store_away, a_manifest_is_not_asked_for_again_after_a_restart_but_who_holds_it_is) {
    image kept;
    {
        running_app app{yaml()};
        kept = push(app, "team/net", "kept");
        pull_and_keep(app, "team/net", kept);
    }
    running_app app{yaml()};
    s3_.clear_requests();
    EXPECT_EQ(app.get("/v2/team/net/manifests/" + kept.manifest_digest).code, 200u);
    std::vector<std::string> asked;
    for (const auto& request : s3_.requests())
        if (request.key.find(kept.manifest_digest.substr(7)) != std::string::npos) asked.push_back(request.operation);
    EXPECT_EQ(asked, std::vector<std::string>{"HeadObject"}) << "of the link";
    EXPECT_EQ(app.get("/v2/team/other/manifests/" + kept.manifest_digest).code, 404u);
}

TEST_F(store_away, another_repository_does_not_open_what_is_cached_for_one) {
    running_app app{yaml()};
    const image kept = push(app, "team/net", "kept");
    pull_and_keep(app, "team/net", kept);
    s3_.stop();
    expect_503(app, verb::get, "/v2/team/other/blobs/" + kept.layer_digest);
    expect_503(app, verb::get, "/v2/team/other/manifests/" + kept.manifest_digest);
}

TEST_F(store_away, the_first_request_after_its_return_is_served_from_it) {
    running_app app{yaml()};
    const image first = push(app, "team/net", "first");
    pull_and_keep(app, "team/net", first);
    s3_.stop();
    EXPECT_NE(pull(app, "team/net", first), "");
    std::this_thread::sleep_for(std::chrono::seconds{2});  // it is known to be away
    const std::string link = "docker/registry/v2/repositories/team/net/_manifests/tags/v1/current/link";
    const std::string moved = oci::digest::of("elsewhere").str();
    s3_.put_object(link, moved);
    EXPECT_NE(pull(app, "team/net", first), "");
    s3_.start();
    const answer got = app.get("/v2/team/net/manifests/v1");
    EXPECT_EQ(got.code, 404u) << "the tag means a manifest that was never pushed";
    s3_.put_object(link, first.manifest_digest);
    EXPECT_EQ(pull(app, "team/net", first), "");
}

TEST_F(store_away, one_that_takes_requests_and_never_answers_is_away_too) {
    running_app app{yaml("", "enabled: false")};
    const image kept = push(app, "team/net", "kept");
    pull_and_keep(app, "team/net", kept);
    s3_.add_fault({.times = fault::always, .what = fault::broken_answer{fault::broken_answer::end::stall, {}}});
    expect_503(app, verb::get, "/v2/team/net/tags/list");
    EXPECT_NE(pull(app, "team/net", kept).find("the storage does not answer"), std::string::npos);
    s3_.clear_faults();
    std::this_thread::sleep_for(std::chrono::seconds{1});
    EXPECT_EQ(pull(app, "team/net", kept), "");
}

TEST_F(store_away, of_a_blob_that_has_come_in_part_the_rest_is_refused_before_anything_is_sent) {
    running_app app{yaml()};
    const image kept = push(app, "team/net", "kept");
    const std::string blob = "/v2/team/net/blobs/" + kept.layer_digest;
    EXPECT_EQ(app.get(blob, {{"Range", "bytes=0-1999999"}}).code, 206u);
    s3_.stop();
    expect_503(app, verb::get, "/v2/team/net/tags/list");
    EXPECT_EQ(app.get(blob, {{"Range", "bytes=1000-1999"}}).body, kept.layer.substr(1000, 1000));
    expect_503(app, verb::get, blob);
    EXPECT_EQ(app.get(blob, {{"Range", "bytes=1000-2999999"}}).code, 503u);
    s3_.start();
    EXPECT_EQ(app.get(blob).body, kept.layer);
}

TEST_F(store_away, what_was_deleted_is_not_served) {
    running_app app{yaml()};
    const image kept = push(app, "team/net", "kept");
    pull_and_keep(app, "team/net", kept);
    // Deleted by another node: this one hears of it when it asks.
    s3_.remove_object("docker/registry/v2/repositories/team/net/_manifests/tags/v1/current/link");
    s3_.remove_object(link_key("_manifests/revisions/", kept.manifest_digest));
    s3_.remove_object(link_key("_layers/", kept.layer_digest));
    EXPECT_EQ(app.get("/v2/team/net/manifests/v1").code, 404u);
    EXPECT_EQ(app.get("/v2/team/net/manifests/" + kept.manifest_digest).code, 404u);
    EXPECT_EQ(app.get("/v2/team/net/blobs/" + kept.layer_digest).code, 404u);
    s3_.stop();
    expect_503(app, verb::get, "/v2/team/net/manifests/v1");
    expect_503(app, verb::get, "/v2/team/net/manifests/" + kept.manifest_digest);
    expect_503(app, verb::get, "/v2/team/net/blobs/" + kept.layer_digest);
    EXPECT_EQ(app.get("/v2/team/net/blobs/" + kept.config_digest).code, 200u);
}

TEST_F(store_away, with_a_staleiferror_of_0s_nothing_is_served_from_memory_alone) {
    running_app app{yaml("staleiferror: 0s")};
    const image kept = push(app, "team/net", "kept");
    pull_and_keep(app, "team/net", kept);
    s3_.stop();
    expect_503(app, verb::get, "/v2/team/net/manifests/v1");
    expect_503(app, verb::get, "/v2/team/net/blobs/" + kept.layer_digest);
}

TEST_F(store_away, makes_a_node_degraded_also_without_a_health_check) {
    running_app app{yaml("", "enabled: false")};
    EXPECT_EQ(app.get_debug("/debug/ready").body, "{\"status\":\"ready\"}\n");
    s3_.stop();
    answer ready;
    for (int i = 0; i < 100 && ready.body.find("\"degraded\"") == std::string::npos; ++i) {
        expect_503(app, verb::get, "/v2/team/net/tags/list");
        std::this_thread::sleep_for(milliseconds{20});
        ready = app.get_debug("/debug/ready");
    }
    EXPECT_EQ(ready.code, 200u);
    EXPECT_NE(ready.body.find("\"degraded\""), std::string::npos) << ready.body;
    EXPECT_EQ(counted(app, "berth_store_away"), 1);
    EXPECT_EQ(app.get_debug("/debug/health").code, 200u);
    s3_.start();
    EXPECT_EQ(app.get("/v2/team/net/tags/list").code, 404u);
    EXPECT_EQ(app.get_debug("/debug/ready").body, "{\"status\":\"ready\"}\n");
}

TEST_F(store_away, a_damaged_file_of_answers_is_left_behind) {
    image kept;
    {
        running_app app{yaml()};
        kept = push(app, "team/net", "kept");
        pull_and_keep(app, "team/net", kept);
    }
    std::filesystem::resize_file(folder() + "/answers.sqlite", 5000);
    running_app app{yaml()};
    EXPECT_EQ(pull(app, "team/net", kept), "");
    s3_.stop();
    EXPECT_NE(pull(app, "team/net", kept).find("the storage does not answer"), std::string::npos);
}

}  // namespace
}  // namespace berth
