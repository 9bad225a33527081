#include "support/metric.hpp"
#include "support/raw_client.hpp"
#include "support/running_app.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace berth {
namespace {

using test::running_app;

std::string yaml(const std::string& debug, const std::string& more = {}) {
    return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
           "http: {addr: 127.0.0.1:0, debug: {" +
           debug + "}}\n" + more;
}

TEST(debug, answers_on_an_address_of_its_own_only) {
    running_app app{yaml("addr: '127.0.0.1:0', prometheus: {enabled: true}")};
    EXPECT_EQ(app.get_debug("/debug/health").body, "{}\n");
    EXPECT_EQ(app.get_debug("/debug/live").code, 200u);
    EXPECT_EQ(app.get_debug("/debug/ready").code, 200u);
    EXPECT_EQ(app.get_debug("/v2/").code, 404u);
    EXPECT_EQ(app.get("/debug/health").code, 404u);
    EXPECT_EQ(app.get("/metrics").code, 404u);
    EXPECT_TRUE(app.stop());
}

TEST(debug, without_an_address_there_is_none) {
    const running_app app{yaml("prometheus: {enabled: true}")};
    EXPECT_FALSE(app.debug_port());
}

TEST(debug, metrics_want_to_be_turned_on) {
    running_app app{yaml("addr: '127.0.0.1:0'")};
    EXPECT_EQ(app.get_debug("/metrics").code, 404u);
}

TEST(debug, metrics_count_the_bytes_of_blobs_also_without_a_disk_cache) {
    running_app app{yaml("addr: '127.0.0.1:0', prometheus: {enabled: true, path: /counts}")};
    const std::string digest = app.push_blob("team/net", std::string(1000, 'x'));
    app.get("/v2/team/net/blobs/" + digest);
    app.get("/v2/team/net/blobs/" + digest, {{"Range", "bytes=0-9"}});
    const auto counts = app.get_debug("/counts");
    EXPECT_EQ(counts.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(test::metric(counts.body, "berth_blob_bytes_total{source=\"store\"}"), 1010);
    EXPECT_EQ(test::metric(counts.body, "berth_blob_requests_total{result=\"miss\"}"), 2);
    EXPECT_EQ(test::metric(counts.body, "berth_cache_entries"), std::nullopt);
    EXPECT_GT(test::metric(counts.body, "process_resident_memory_bytes").value_or(0), 0);
}

TEST(debug, metrics_count_requests_as_dashboards_of_registry_2_expect_it) {
    running_app app{yaml("addr: '127.0.0.1:0', prometheus: {enabled: true}")};
    const std::string digest = app.push_blob("team/net", "one");
    app.get("/v2/team/net/blobs/" + digest);
    app.get("/v2/team/net/manifests/v1");
    // A request is counted when its answer has been sent.
    const auto becomes_one = [&](const std::string& sample) {
        for (int again = 0; again < 1000; ++again)
            if (test::metric(app.get_debug("/metrics").body, sample) == 1) return true;
        return false;
    };
    EXPECT_TRUE(becomes_one(R"(registry_http_requests_total{code="200",handler="blob",method="get"})"));
    EXPECT_TRUE(becomes_one(R"(registry_http_requests_total{code="404",handler="manifest",method="get"})"));
    EXPECT_TRUE(becomes_one(R"(registry_http_requests_total{code="202",handler="blob_upload",method="post"})"));
    EXPECT_TRUE(becomes_one(R"(registry_http_requests_total{code="201",handler="blob_upload_chunk",method="put"})"));
    EXPECT_TRUE(becomes_one(R"(registry_http_request_duration_seconds_bucket{handler="blob",method="get",le="60"})"));
}

TEST(debug, metrics_measure_requests_answers_and_the_storage_as_registry_2_does) {
    running_app app{yaml("addr: '127.0.0.1:0', prometheus: {enabled: true}")};
    const std::string digest = app.push_blob("team/net", std::string(3000, 'x'));
    app.get("/v2/team/net/blobs/" + digest);
    std::string text;
    for (int again = 0; again < 1000; ++again) {
        text = app.get_debug("/metrics").body;
        if (test::metric(text, R"(registry_http_response_size_bytes_count{handler="blob"})") == 1) break;
    }
    const auto value = [&](const std::string& series) { return test::metric(text, series); };
    EXPECT_EQ(value(R"(registry_http_response_size_bytes_sum{handler="blob"})"), 3000);
    EXPECT_EQ(value(R"(registry_http_response_size_bytes_bucket{handler="blob",le="2048"})"), 0);
    EXPECT_EQ(value(R"(registry_http_response_size_bytes_bucket{handler="blob",le="4096"})"), 1);
    EXPECT_GT(value(R"(registry_http_request_size_bytes_sum{handler="blob_upload_chunk"})"), 3000);
    EXPECT_EQ(value(R"(registry_http_in_flight_requests{handler="blob"})"), 0);
    EXPECT_GE(value(R"(registry_storage_action_seconds_count{action="Move",driver="inmemory"})"), 1);
    EXPECT_GE(value(R"(registry_storage_cache_total{type="Request"})"), 1);
}

// A body that its client does not send ends nothing.
TEST(debug, metrics_count_a_request_as_in_flight_until_its_end) {
    running_app app{yaml("addr: '127.0.0.1:0', prometheus: {enabled: true}")};
    const auto in_flight = [&] {
        return test::metric(app.get_debug("/metrics").body, R"(registry_http_in_flight_requests{handler="manifest"})");
    };
    const auto becomes = [&](double count) {
        for (int again = 0; again < 1000; ++again)
            if (in_flight() == count) return true;
        return false;
    };
    EXPECT_EQ(in_flight(), 0);
    {
        test::raw_client waiting{app.port()};
        waiting.send("PUT /v2/a/manifests/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{");
        EXPECT_TRUE(becomes(1));
    }
    EXPECT_TRUE(becomes(0));
}

TEST(debug, an_address_that_is_taken_is_an_error_at_the_start) {
    running_app app{yaml("addr: '127.0.0.1:0'")};
    const auto again = yaml("addr: '127.0.0.1:" + std::to_string(*app.debug_port()) + "'");
    try {
        const running_app other{again};
        FAIL() << "two listen on one address";
    } catch (const app::startup_error& error) {
        EXPECT_NE(std::string{error.what()}.find("REGISTRY_HTTP_DEBUG_ADDR"), std::string::npos) << error.what();
    }
}

// As long as /v2/ and /debug/health have not got there.
bool comes_to(running_app& app, unsigned code) {
    for (int i = 0; i < 500; ++i) {
        if (app.get("/v2/").code == code && app.get_debug("/debug/health").code == code) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
}

TEST(debug, a_file_takes_the_node_out_until_it_is_gone) {
    const test::temporary_directory folder;
    const std::string file = (folder.path() / "out").string();
    running_app app{yaml("addr: '127.0.0.1:0'", "health: {file: [{file: " + file + ", interval: 10ms}]}")};
    ASSERT_TRUE(comes_to(app, 200));
    std::ofstream{file} << "";
    ASSERT_TRUE(comes_to(app, 503));
    EXPECT_EQ(app.get("/v2/a/tags/list").code, 503u);
    EXPECT_EQ(app.get_debug("/debug/health").body, "{\"" + file + "\":\"the file exists\"}\n");
    EXPECT_EQ(app.get_debug("/debug/ready").code, 503u);
    EXPECT_EQ(app.get_debug("/debug/live").code, 200u);
    std::filesystem::remove(file);
    EXPECT_TRUE(comes_to(app, 200));
}

// Nothing listens on port 1 of this machine; the other registry answers /v2/ with 200.
TEST(debug, an_address_and_a_page_that_are_asked_for_take_the_node_out_when_they_fail) {
    running_app other{yaml("prometheus: {enabled: false}")};
    const std::string there = "127.0.0.1:" + std::to_string(other.port());
    const auto checked = [](const std::string& checks) {
        return yaml("addr: '127.0.0.1:0'", "health: {" + checks + "}");
    };
    running_app well{checked("tcp: [{addr: '" + there + "', interval: 10ms}], http: [{uri: 'http://" + there +
                             "/v2/', interval: 10ms}]")};
    running_app refused{checked("tcp: [{addr: '127.0.0.1:1', interval: 10ms}]")};
    running_app wrong{checked("http: [{uri: 'http://" + there + "/v2/', statuscode: 204, interval: 10ms}]")};
    EXPECT_TRUE(comes_to(refused, 503));
    EXPECT_NE(refused.get_debug("/debug/health").body.find("127.0.0.1:1"), std::string::npos);
    EXPECT_TRUE(comes_to(wrong, 503));
    EXPECT_NE(wrong.get_debug("/debug/health").body.find("it answers 200"), std::string::npos);
    EXPECT_TRUE(comes_to(well, 200));
}

// Nothing listens on port 1 of this machine.
TEST(debug, a_store_that_fails_its_health_check_makes_the_node_unavailable_and_leaves_it_live) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
        "storage: {s3: {bucket: b, regionendpoint: '127.0.0.1:1', secure: false, accesskey: key, secretkey: secret}}\n"
        "http: {addr: 127.0.0.1:0, debug: {addr: '127.0.0.1:0', prometheus: {enabled: true}}}\n"
        "health: {storagedriver: {enabled: true, interval: 10ms}}\n"};
    test::answer got;
    for (int i = 0; i < 500 && got.code != 503; ++i) {
        got = app.get_debug("/debug/health");
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    EXPECT_EQ(got.code, 503u);
    EXPECT_NE(got.body.find("\"storagedriver_s3\""), std::string::npos) << got.body;
    EXPECT_EQ(app.get_debug("/debug/ready").code, 503u);
    EXPECT_EQ(app.get_debug("/debug/live").code, 200u);
    EXPECT_TRUE(test::metric(app.get_debug("/metrics").body, "berth_s3_requests_total"));
}

}  // namespace
}  // namespace berth
