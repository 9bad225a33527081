#include "support/metric.hpp"
#include "support/running_app.hpp"
#include "support/test_server.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace berth {
namespace {

namespace json = boost::json;
using http::verb;
using test::running_app;

/// A receiver of events that answers as it is told to.
class sink {
public:
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/events?from=test"; }

    void answer_with(http::status code) {
        const std::lock_guard lock{mutex_};
        code_ = code;
    }

    /// Waits for that many deliveries, accepted or not.
    void wait_for_attempts(std::size_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return attempts_ >= count; });
        ASSERT_GE(attempts_, count);
    }

    /// The first `count` events that were accepted, in their order.
    std::vector<json::object> events(std::size_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return accepted_.size() >= count; });
        EXPECT_EQ(accepted_.size(), count);
        return accepted_;
    }

    http::fields headers() {
        const std::lock_guard lock{mutex_};
        return headers_;
    }

private:
    awaitable<http::response> take(http::request& request) {
        const std::string body = co_await async::read_all(request.body, 1 << 20);
        http::response answer;
        const std::lock_guard lock{mutex_};
        ++attempts_;
        headers_ = request.headers;
        answer.code = code_;
        const json::value envelope = json::parse(body);
        if (code_ == http::status::ok)
            for (const json::value& one : envelope.at("events").as_array()) accepted_.push_back(one.as_object());
        changed_.notify_all();
        co_return answer;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    http::status code_ = http::status::ok;
    std::size_t attempts_ = 0;
    http::fields headers_;
    std::vector<json::object> accepted_;
    test::test_server server_{[this](http::request& request) { return take(request); }};
};

std::string yaml(const std::string& url, const std::string& more = {}) {
    return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
           "storage: {inmemory: {}, delete: {enabled: true}}\n"
           "http: {addr: 127.0.0.1:0, debug: {addr: '127.0.0.1:0', prometheus: {enabled: true}}}\n"
           "notifications: {events: {includereferences: true}, endpoints: [{name: s, url: '" +
           url + "', backoff: 10ms, headers: {X-Key: [abc]}" + more + "}]}\n";
}

std::string text(const json::object& event, const std::string& pointer) {
    boost::system::error_code missing;
    const json::value all = event;
    const json::value* found = all.find_pointer(pointer, missing);
    return found && found->is_string() ? std::string{found->as_string()} : "";
}

std::string manifest_of(const std::string& config, const std::string& config_digest) {
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":)"
           R"("application/vnd.oci.image.config.v1+json","size":)" +
           std::to_string(config.size()) + R"(,"digest":")" + config_digest + R"("},"layers":[]})";
}

TEST(notifications, tell_of_pushes_pulls_mounts_and_deletes_in_their_order) {
    sink to;
    running_app app{yaml(to.url())};
    const std::string digest = app.push_blob("team/net", "{}");
    const std::string manifest = manifest_of("{}", digest);
    const std::string type = "application/vnd.oci.image.manifest.v1+json";
    EXPECT_EQ(app.send(verb::put, "/v2/team/net/manifests/v1", manifest, {{"Content-Type", type}}).code, 201u);
    EXPECT_EQ(app.send(verb::head, "/v2/team/net/manifests/v1").code, 200u);
    EXPECT_EQ(app.get("/v2/team/net/blobs/" + digest).code, 200u);
    EXPECT_EQ(app.get("/v2/team/net/blobs/" + digest, {{"Range", "bytes=0-0"}}).code, 206u);
    EXPECT_EQ(app.send(verb::post, "/v2/other/blobs/uploads/?from=team/net&mount=" + digest).code, 201u);
    EXPECT_EQ(app.send(verb::delete_, "/v2/team/net/manifests/" + oci::digest::of(manifest).str()).code, 202u);
    EXPECT_EQ(app.get("/v2/team/net/manifests/v1").code, 404u);

    const auto events = to.events(8);
    ASSERT_EQ(events.size(), 8u);
    std::string actions;
    for (const auto& one : events) actions += text(one, "/action") + " ";
    EXPECT_EQ(actions, "push push pull pull pull mount delete delete ");
    EXPECT_EQ(text(events[0], "/target/digest"), digest);
    EXPECT_EQ(text(events[0], "/target/mediaType"), "application/octet-stream");
    EXPECT_EQ(text(events[0], "/target/url"), "http://" + app.host() + "/v2/team/net/blobs/" + digest);
    EXPECT_EQ(text(events[1], "/target/tag"), "v1");
    EXPECT_EQ(text(events[1], "/target/mediaType"), type);
    EXPECT_EQ(text(events[1], "/target/references/0/digest"), digest);
    EXPECT_EQ(events[1].at("target").at("size").as_int64(), static_cast<std::int64_t>(manifest.size()));
    EXPECT_EQ(text(events[1], "/request/method"), "PUT");
    EXPECT_EQ(text(events[2], "/request/method"), "HEAD");
    EXPECT_EQ(text(events[5], "/target/repository"), "other");
    EXPECT_EQ(text(events[5], "/target/fromRepository"), "team/net");
    EXPECT_EQ(text(events[6], "/target/digest"), oci::digest::of(manifest).str());
    EXPECT_EQ(text(events[6], "/target/mediaType"), "");
    EXPECT_EQ(text(events[7], "/target/tag"), "v1");
    EXPECT_EQ(text(events[7], "/request/id"), text(events[6], "/request/id"));
    EXPECT_EQ(to.headers()["Content-Type"], "application/vnd.docker.distribution.events.v1+json");
    EXPECT_EQ(to.headers()["X-Key"], "abc");
    EXPECT_TRUE(app.stop());
}

TEST(notifications, are_kept_while_the_endpoint_refuses_them) {
    sink to;
    to.answer_with(http::status::service_unavailable);
    running_app app{yaml(to.url(), ", threshold: 2")};
    app.push_blob("team/net", "one");
    app.push_blob("team/net", "two");
    to.wait_for_attempts(4);
    to.answer_with(http::status::ok);
    const auto events = to.events(2);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(text(events[0], "/target/digest"), oci::digest::of("one").str());
    EXPECT_EQ(text(events[1], "/target/digest"), oci::digest::of("two").str());
    const auto metrics = app.get_debug("/metrics").body;
    EXPECT_EQ(test::metric(metrics, R"(registry_notifications_events_total{endpoint="s",type="Events"})"), 2);
    EXPECT_GE(test::metric(metrics, R"(registry_notifications_events_total{endpoint="s",type="Failures"})").value_or(0),
              4);
}

TEST(notifications, drop_the_oldest_when_too_many_wait) {
    sink to;
    to.answer_with(http::status::service_unavailable);
    running_app app{yaml(to.url(), ", maxpending: 1")};
    app.push_blob("team/net", "one");
    to.wait_for_attempts(1);  // it is on its way now
    app.push_blob("team/net", "two");
    app.push_blob("team/net", "three");
    to.answer_with(http::status::ok);
    const auto events = to.events(2);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(text(events[1], "/target/digest"), oci::digest::of("three").str());
    EXPECT_EQ(test::metric(app.get_debug("/metrics").body, R"(berth_notifications_dropped_total{endpoint="s"})"), 1);
}

TEST(notifications, leave_out_what_the_endpoint_ignores) {
    sink to;
    running_app app{yaml(to.url(), ", ignore: {actions: [pull], mediatypes: [application/x]}")};
    const std::string digest = app.push_blob("team/net", "one");
    app.get("/v2/team/net/blobs/" + digest);
    EXPECT_EQ(app.send(verb::delete_, "/v2/team/net/blobs/" + digest).code, 202u);
    const auto events = to.events(2);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(text(events[0], "/action"), "push");
    EXPECT_EQ(text(events[1], "/action"), "delete");
}

TEST(notifications, to_nobody_who_listens_hold_up_no_request_and_no_end) {
    running_app app{yaml("http://127.0.0.1:1/")};
    const std::string digest = app.push_blob("team/net", "one");
    EXPECT_EQ(app.get("/v2/team/net/blobs/" + digest).code, 200u);
    EXPECT_TRUE(app.stop());
}

}  // namespace
}  // namespace berth
