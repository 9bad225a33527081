#include "fault/s3_fixture.hpp"

#include <set>
#include <thread>

namespace berth::storage {
namespace {

class s3_retry : public s3_fault_test {};

TEST_F(s3_retry, a_throttled_request_is_repeated_over_a_new_connection) {
    server.put_object("file", "content");
    server.add_fault({.operation = "GetObject", .times = 2, .what = fault::answer{503, "SlowDown"}});
    EXPECT_EQ(loop.run(driver.find("/file", 100)), "content");
    std::set<unsigned> connections;
    for (const auto& request : server.requests()) connections.insert(request.connection);
    EXPECT_EQ(connections.size(), 3u);
}

TEST_F(s3_retry, a_request_is_tried_five_times_and_no_more) {
    server.add_fault({.times = fault::always, .what = fault::answer{500, "InternalError"}});
    const std::string text = failure_of(loop, driver.put("/file", "x"));
    EXPECT_EQ(server.count("PutObject"), 5u);
    EXPECT_NE(text.find("InternalError"), std::string::npos);
}

TEST_F(s3_retry, row_02_an_outage_is_not_multiplied_once_the_quota_is_spent) {
    auto options = options_for(server);
    options.client.retry_tokens = 30;
    s3_driver modest{options};
    server.add_fault({.operation = "PutObject", .times = fault::always, .what = fault::answer{503, "SlowDown"}});
    failure_of(loop, modest.put("/file", "x"));
    EXPECT_EQ(server.count("PutObject"), 5u) << "20 tokens for four repetitions";
    failure_of(loop, modest.put("/file", "x"));
    EXPECT_EQ(server.count("PutObject"), 5u + 3u) << "and the last 10 for two";
    const std::string text = failure_of(loop, modest.put("/file", "x"));
    EXPECT_EQ(server.count("PutObject"), 8u + 1u);
    EXPECT_NE(text.find("not repeated"), std::string::npos);
}

TEST_F(s3_retry, success_pays_back_what_repetitions_have_spent) {
    auto options = options_for(server);
    options.client.retry_tokens = 10;
    s3_driver modest{options};
    server.put_object("file", "content");
    for (int i = 0; i < 10; ++i) {
        server.add_fault({.operation = "GetObject", .times = 2, .what = fault::answer{500, "InternalError"}});
        EXPECT_EQ(loop.run(modest.find("/file", 100)), "content");
    }
}

TEST_F(s3_retry, what_cannot_get_better_is_not_repeated) {
    for (const char* code : {"AccessDenied", "NoSuchBucket", "SignatureDoesNotMatch", "InvalidAccessKeyId"}) {
        server.clear_requests();
        server.add_fault({.operation = "PutObject", .what = fault::answer{403, code}});
        EXPECT_NE(failure_of(loop, driver.put("/file", "x")).find(code), std::string::npos);
        EXPECT_EQ(server.count("PutObject"), 1u) << code;
    }
}

TEST_F(s3_retry, a_put_whose_answer_was_lost_is_sent_again) {
    server.add_fault({.operation = "PutObject", .what = fault::broken_answer{}});
    loop.run(driver.put("/file", "content"));
    EXPECT_EQ(server.find_object("file")->bytes, "content");
    EXPECT_EQ(server.count("PutObject"), 2u);
}

TEST_F(s3_retry, an_answer_that_breaks_off_is_asked_for_again) {
    server.put_object("a/b", "x");
    server.add_fault(
        {.operation = "ListObjectsV2", .what = fault::broken_answer{fault::broken_answer::end::close, 20}});
    EXPECT_EQ(loop.run(driver.list("/a")), std::vector<std::string>{"b"});
}

TEST_F(s3_retry, an_outage_ends_requests_with_the_address_and_passes) {
    server.put_object("file", "content");
    server.stop();
    const std::string text = failure_of(loop, driver.find("/file", 100));
    EXPECT_NE(text.find(server.endpoint()), std::string::npos);
    server.start();
    EXPECT_EQ(loop.run(driver.find("/file", 100)), "content");
}

TEST_F(s3_retry, an_outage_shorter_than_the_backoff_goes_unnoticed) {
    auto options = options_for(server);
    options.client.timing = {std::chrono::milliseconds{400}, std::chrono::seconds{2}};
    s3_driver patient{options};
    server.put_object("file", "content");
    EXPECT_EQ(loop.run(patient.find("/file", 100)),
              "content");  // leaves a pooled connection that the outage closes
    server.stop();
    const std::jthread soon{[this] { server.start(); }};
    EXPECT_EQ(loop.run(patient.find("/file", 100)), "content");
}

TEST_F(s3_retry, a_probe_asks_once) {
    server.add_fault({.times = fault::always, .what = fault::answer{503, "SlowDown"}});
    failure_of(loop, driver.probe());
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(s3_retry, a_probe_tells_a_working_store_from_one_that_is_not) {
    loop.run(driver.probe());
    for (const char* code : {"NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch"}) {
        server.add_fault({.operation = "GetObject", .what = fault::answer{403, code}});
        EXPECT_NE(failure_of(loop, driver.probe()).find(code), std::string::npos);
    }
    server.add_fault({.operation = "GetObject", .what = fault::answer{403, "AccessDenied"}});
    loop.run(driver.probe());
    server.stop();
    failure_of(loop, driver.probe());
}

TEST_F(s3_retry, no_message_holds_a_credential) {
    auto options = options_for(server);
    options.client.keys = {"AKIDNOBODYKNOWS", "very-secret-key", "very-secret-token"};
    s3_driver stranger{options};
    std::string all = failure_of(loop, stranger.put("/file", "x"));
    all += failure_of(loop, stranger.stat("/file"));
    all += failure_of(loop, stranger.probe());
    server.stop();
    all += failure_of(loop, stranger.put("/file", "x"));
    for (const char* secret : {"AKIDNOBODYKNOWS", "very-secret-key", "very-secret-token", "Signature="})
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;
}

TEST_F(s3_retry, a_forbidden_head_is_no_missing_file) {
    server.add_fault({.operation = "HeadObject", .what = fault::answer{403, "AccessDenied"}});
    EXPECT_NE(failure_of(loop, driver.stat("/file")).find("403"), std::string::npos);
    EXPECT_FALSE(loop.run(driver.stat("/file")));
}

}  // namespace
}  // namespace berth::storage
