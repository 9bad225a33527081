// Nodes that share by way of a redis who holds which blob (storage.cache.blobdescriptor: redis).
#include "support/fake_redis.hpp"
#include "support/fake_s3.hpp"
#include "support/metric.hpp"
#include "support/running_app.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace berth {

using http::verb;
using test::fake_redis;
using test::running_app;

namespace {

const std::string bytes(3000, 'b');
const std::string digest = oci::digest::of(bytes).str();
const std::string blob = "/v2/team/net/blobs/" + digest;
const std::string in_redis = "berth::repository::team/net::blobs::" + digest;

struct redis : testing::Test {
    test::fake_s3 server;
    fake_redis shared;

    // `patience`: for redis; usually that of a machine under load.
    std::unique_ptr<running_app> node(const std::string& patience = "60s") {
        return std::make_unique<running_app>(
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            "http: {addr: 127.0.0.1:0, debug: {addr: '127.0.0.1:0', prometheus: {enabled: true}}}\n"
            "redis: {addr: '" +
            shared.address() + "', dialtimeout: 60s, writetimeout: 60s, readtimeout: " + patience +
            "}\nstorage:\n  delete: {enabled: true}\n  cache: {blobdescriptor: redis}\n  s3: {region: us-east-1, "
            "bucket: " +
            server.settings().bucket + ", regionendpoint: \"" + server.endpoint() + "\", secure: false, accesskey: " +
            server.settings().access_key + ", secretkey: " + server.settings().secret_key + "}\n");
    }

    // What redis is told, it is told soon.
    bool comes_true(const std::function<bool()>& what) {
        for (int i = 0; i < 60'000 && !what(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        return what();
    }
    bool is_shared() {
        return comes_true([this] { return !shared.at(in_redis).empty(); });
    }
    std::size_t links_asked_for() {
        std::size_t count = 0;
        for (const auto& request : server.requests()) count += request.key.find("_layers") != std::string::npos;
        return count;
    }
    std::string key_ending(const std::string& end) {
        for (const std::string& key : server.keys())
            if (key.ends_with(end)) return key;
        return {};
    }
};

TEST_F(redis, a_blob_that_one_node_has_seen_another_one_reads_without_asking_for_its_link) {
    node()->push_blob("team/net", bytes);
    ASSERT_TRUE(is_shared());
    const auto other = node();
    server.clear_requests();
    EXPECT_EQ(other->get(blob).body, bytes);
    EXPECT_EQ(links_asked_for(), 0u);
    EXPECT_EQ(other->get(blob, {{"Range", "bytes=10-19"}}).body, bytes.substr(10, 10));
    EXPECT_EQ(links_asked_for(), 0u);
}

TEST_F(redis, a_blob_is_read_in_the_repositories_that_hold_it_only) {
    const auto one = node();
    one->push_blob("team/net", bytes);
    ASSERT_TRUE(is_shared());
    EXPECT_EQ(node()->get("/v2/other/blobs/" + digest).code, 404u);
}

TEST_F(redis, what_a_push_asks_is_asked_of_the_storage) {
    node()->push_blob("team/net", bytes);
    ASSERT_TRUE(is_shared());
    server.remove_object(key_ending("/link"));
    const auto other = node();
    EXPECT_EQ(other->send(verb::head, blob).code, 404u);
    EXPECT_EQ(other->send(verb::post, "/v2/mine/blobs/uploads/?from=team/net&mount=" + digest).code, 202u);
}

// CVE-2026-35172
TEST_F(redis, a_blob_that_was_deleted_from_one_repository_does_not_come_back_with_another_one_that_holds_it) {
    const auto one = node(), other = node();
    one->push_blob("team/net", bytes);
    one->push_blob("second", bytes);
    ASSERT_EQ(other->get(blob).code, 200u);
    EXPECT_EQ(other->send(verb::delete_, blob).code, 202u);
    EXPECT_EQ(shared.at(in_redis), "") << "before the answer to DELETE";
    EXPECT_EQ(shared.at("repository::team/net::blobs"), "");
    EXPECT_EQ(node()->get("/v2/second/blobs/" + digest).code, 200u);
    EXPECT_EQ(node()->get(blob).code, 404u);
    EXPECT_EQ(other->get(blob).code, 404u);
}

TEST_F(redis, a_blob_whose_bytes_are_gone_is_unknown_and_forgotten_in_redis) {
    node()->push_blob("team/net", bytes);
    ASSERT_TRUE(is_shared());
    server.remove_object(key_ending("/data"));
    const auto other = node();
    const auto answer = other->get(blob);
    EXPECT_EQ(answer.code, 404u);
    EXPECT_THAT(answer.body, testing::HasSubstr("BLOB_UNKNOWN"));
    EXPECT_TRUE(comes_true([this] { return shared.at(in_redis).empty(); }));
}

TEST_F(redis, its_death_is_no_error_of_pushes_pulls_and_deletes) {
    const auto app = node("20ms");
    for (const auto mood : {fake_redis::mood::silent, fake_redis::mood::nonsense}) {
        shared.be(mood);
        EXPECT_EQ(app->push_blob("team/net", bytes), digest);
        EXPECT_EQ(app->get(blob).body, bytes);
        EXPECT_EQ(app->send(verb::delete_, blob).code, 202u);
        EXPECT_EQ(app->get(blob).code, 404u);
        shared.be(fake_redis::mood::usual);
    }
    shared.go_away();
    EXPECT_EQ(app->push_blob("team/net", bytes), digest);
    EXPECT_EQ(node()->get(blob).body, bytes) << "one that starts without it";
    EXPECT_EQ(app->send(verb::delete_, blob).code, 202u);
    EXPECT_EQ(test::metric(app->get_debug("/metrics").body, "berth_redis_away"), 1);
    EXPECT_TRUE(app->stop());
}

TEST_F(redis, metrics_count_what_it_knew) {
    node()->push_blob("team/net", bytes);
    ASSERT_TRUE(is_shared());
    const auto other = node();
    other->get(blob);
    other->get("/v2/other/blobs/" + digest);
    const std::string text = other->get_debug("/metrics").body;
    EXPECT_EQ(test::metric(text, "berth_redis_requests_total{result=\"hit\"}"), 1);
    EXPECT_EQ(test::metric(text, "berth_redis_requests_total{result=\"miss\"}"), 1);
    EXPECT_EQ(test::metric(text, "registry_storage_cache_total{type=\"Hit\"}"), 1);
    EXPECT_EQ(test::metric(text, "registry_storage_cache_errors_total"), 0);
}

}  // namespace
}  // namespace berth
