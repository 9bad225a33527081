#include "app/debug/debug_service.hpp"

#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::app {
namespace {

using http::verb;
using state = health_report::state;

class no_body final : public http::request_body {
public:
    std::optional<std::uint64_t> content_length() const override { return 0; }
    awaitable<std::size_t> read_some(asio::mutable_buffer) override { co_return 0; }
};

class debug_answers : public testing::Test {
protected:
    http::response ask(const std::string& target, verb method = verb::get) {
        const debug_service service{{.metrics_path = metrics_path_,
                                     .failing = [this] { return failing_; },
                                     .health = [this] { return report_; },
                                     .metrics = [] { return std::string{"all_is_counted 1\n"}; }}};
        no_body body;
        http::request request{method, std::string{to_string(method)}, target, 11, {}, {}, body};
        return test::run(service.handle(request));
    }
    static unsigned code(const http::response& of) { return static_cast<unsigned>(of.code); }
    static std::string body(const http::response& of) { return std::get<std::string>(of.body); }

    std::string metrics_path_ = "/metrics";
    std::vector<std::pair<std::string, std::string>> failing_;
    health_report report_;
};

TEST_F(debug_answers, health_answers_as_in_registry_2) {
    EXPECT_EQ(code(ask("/debug/health")), 200u);
    EXPECT_EQ(body(ask("/debug/health")), "{}\n");
    failing_ = {{"/etc/out", "the file exists"}, {"storagedriver_s3", "S3 is away"}};
    EXPECT_EQ(code(ask("/debug/health")), 503u);
    EXPECT_EQ(body(ask("/debug/health")), "{\"/etc/out\":\"the file exists\",\"storagedriver_s3\":\"S3 is away\"}\n");
}

TEST_F(debug_answers, health_is_well_where_registry_2_would_check_nothing) {
    report_ = {state::unavailable, "S3 is away"};
    EXPECT_EQ(code(ask("/debug/health")), 200u);
    EXPECT_EQ(code(ask("/debug/ready")), 503u);
}

TEST_F(debug_answers, ready_tells_the_three_states_apart) {
    EXPECT_EQ(code(ask("/debug/ready")), 200u);
    EXPECT_EQ(body(ask("/debug/ready")), "{\"status\":\"ready\"}\n");
    report_ = {state::degraded, "S3 is away"};
    EXPECT_EQ(code(ask("/debug/ready")), 200u);
    EXPECT_EQ(body(ask("/debug/ready")), "{\"status\":\"degraded\",\"why\":\"S3 is away\"}\n");
    report_ = {state::unavailable, "S3 is away"};
    EXPECT_EQ(code(ask("/debug/ready")), 503u);
    EXPECT_EQ(body(ask("/debug/ready")), "{\"status\":\"unavailable\",\"why\":\"S3 is away\"}\n");
}

TEST_F(debug_answers, a_process_that_answers_is_live_whatever_the_store_does) {
    report_ = {state::unavailable, "S3 is away"};
    EXPECT_EQ(code(ask("/debug/live")), 200u);
}

TEST_F(debug_answers, metrics_are_where_the_file_says_and_nowhere_else) {
    EXPECT_EQ(body(ask("/metrics")), "all_is_counted 1\n");
    EXPECT_EQ(body(ask("/metrics?name[]=x")), "all_is_counted 1\n");
    metrics_path_ = "/elsewhere";
    EXPECT_EQ(code(ask("/metrics")), 404u);
    EXPECT_EQ(code(ask("/elsewhere")), 200u);
    metrics_path_.clear();
    EXPECT_EQ(code(ask("/elsewhere")), 404u);
}

TEST_F(debug_answers, what_it_has_not_got_is_404_and_what_would_change_something_405) {
    for (const char* target : {"/", "/v2/", "/debug/pprof/", "/debug/health/down", "*"})
        EXPECT_EQ(code(ask(target)), 404u) << target;
    EXPECT_EQ(code(ask("/debug/health", verb::post)), 405u);
    EXPECT_EQ(ask("/metrics", verb::put).headers[http::field::allow], "GET, HEAD");
    EXPECT_EQ(code(ask("/metrics", verb::head)), 200u);
}

}  // namespace
}  // namespace berth::app
