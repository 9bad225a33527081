#include "app/metrics/exposition.hpp"

#include "app/metrics/families.hpp"
#include "support/metric.hpp"

#include <gtest/gtest.h>

#include <ctime>

namespace berth::app {
namespace {

TEST(exposition, writes_what_prometheus_reads) {
    exposition out;
    out.counter("drops_total", "What fell.");
    out.sample({{"from", "roof"}, {"to", "floor"}}, std::uint64_t{3});
    out.gauge("level", "How high.");
    out.sample({}, 0.5);
    EXPECT_EQ(out.text(),
              "# HELP drops_total What fell.\n"
              "# TYPE drops_total counter\n"
              "drops_total{from=\"roof\",to=\"floor\"} 3\n"
              "# HELP level How high.\n"
              "# TYPE level gauge\n"
              "level 0.5\n");
}

TEST(exposition, a_histograms_buckets_hold_those_before_them) {
    time_histogram times;
    times.add(std::chrono::microseconds{50});
    times.add(std::chrono::milliseconds{3});
    times.add(std::chrono::minutes{1});
    exposition out;
    out.histogram("took_seconds", "How long.");
    out.sample({{"source", "disk"}}, times);
    const auto value = [&](const std::string& series) { return test::metric(out.text(), "took_seconds" + series); };
    EXPECT_EQ(value("_bucket{source=\"disk\",le=\"0.0001\"}"), 1);
    EXPECT_EQ(value("_bucket{source=\"disk\",le=\"0.0025\"}"), 1);
    EXPECT_EQ(value("_bucket{source=\"disk\",le=\"0.005\"}"), 2);
    EXPECT_EQ(value("_bucket{source=\"disk\",le=\"10\"}"), 2);
    EXPECT_EQ(value("_bucket{source=\"disk\",le=\"+Inf\"}"), 3);
    EXPECT_EQ(value("_count{source=\"disk\"}"), 3);
    EXPECT_DOUBLE_EQ(*value("_sum{source=\"disk\"}"), 60.00305);
}

TEST(exposition, sizes_have_their_bounds_written_as_registry_2_writes_them) {
    size_histogram sizes;
    sizes.add(1024);
    sizes.add(524289);
    sizes.add(std::uint64_t{3} << 30);
    exposition out;
    out.histogram("size_bytes", "How large.");
    out.sample({}, sizes);
    const auto value = [&](const std::string& series) { return test::metric(out.text(), "size_bytes" + series); };
    EXPECT_EQ(value("_bucket{le=\"1024\"}"), 1);
    EXPECT_EQ(value("_bucket{le=\"524288\"}"), 1);
    EXPECT_EQ(value("_bucket{le=\"1.048576e+06\"}"), 2);
    EXPECT_EQ(value("_bucket{le=\"2.147483648e+09\"}"), 2);
    EXPECT_EQ(value("_bucket{le=\"+Inf\"}"), 3);
    EXPECT_EQ(value("_sum"), 1024 + 524289 + 3.0 * (1 << 30));
}

TEST(s3_metrics, say_when_keys_end_and_nothing_of_keys_that_last) {
    struct ending final : s3::credentials_provider {
        s3::shared_keys keys =
            std::make_shared<s3::key_set>(s3::key_set{{}, wall_time{std::chrono::seconds{1'800'000'000}}});
        s3::shared_keys current() const override { return keys; }
        awaitable<s3::keys_result> get() override { co_return keys; }
        awaitable<s3::keys_result> replace(s3::shared_keys) override { co_return s3::no_keys{}; }
    };
    exposition out;
    write_s3_credentials(out, s3::fixed_credentials{{}});
    EXPECT_EQ(out.text(), "");
    write_s3_credentials(out, ending{});
    EXPECT_EQ(test::metric(out.text(), "berth_s3_credentials_end_time_seconds"), 1'800'000'000);
}

TEST(process_metrics, tell_of_this_process) {
    exposition out;
    write_process(out);
    const auto value = [&](const char* name) { return test::metric(out.text(), name).value_or(-1); };
    EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
    EXPECT_GT(value("process_virtual_memory_bytes"), value("process_resident_memory_bytes"));
    EXPECT_GE(value("process_threads"), 1);
    EXPECT_GE(value("process_open_fds"), 3);
    EXPECT_GE(value("process_max_fds"), value("process_open_fds"));
    EXPECT_GE(value("process_cpu_seconds_total"), 0);
    EXPECT_NEAR(value("process_start_time_seconds"), static_cast<double>(std::time(nullptr)), 3600);
}

}  // namespace
}  // namespace berth::app
