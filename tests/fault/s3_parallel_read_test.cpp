// Objects of many ranges: what parallel_reader and object_fetch make of an S3 that is slow, breaks or refuses.
#include "async/for_each.hpp"
#include "fault/s3_fixture.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

namespace berth::storage {
namespace {

using end = fault::broken_answer::end;

constexpr std::size_t range_bytes = 256 * 1024;

class s3_parallel_read : public testing::Test {
protected:
    s3_options options() const {
        s3_options with = options_for(server);
        with.read = {.concurrency = 16, .range_bytes = range_bytes};
        return with;
    }

    // The bytes that each request asked for, by the first one.
    std::map<std::uint64_t, std::uint64_t> asked() const {
        std::map<std::uint64_t, std::uint64_t> ranges;
        for (const auto& request : server.requests()) {
            unsigned long long first = 0, last = 0;
            if (std::sscanf(request.headers.at("range").c_str(), "bytes=%llu-%llu", &first, &last) == 2)
                ranges[first] += last - first + 1;
        }
        return ranges;
    }
    std::uint64_t bytes_asked_for() const {
        std::uint64_t all = 0;
        for (const auto& [first, size_bytes] : asked()) all += size_bytes;
        return all;
    }

    // Once, but for a range or two that a crowded machine was so late with that they were asked for a second time.
    bool each_byte_was_asked_for_once(std::uint64_t size_bytes) const {
        const std::uint64_t asked_for = bytes_asked_for();
        return asked_for >= size_bytes && asked_for < size_bytes + size_bytes / 4;
    }

    const std::string content = pattern(12 * mebibyte + 12345);
    test::fake_s3 server;
    event_loop loop;
    s3_driver driver{options()};

    void SetUp() override { server.put_object("blob", content); }
};

awaitable<void> read_into(driver& from, byte_range range, std::string& out) {
    out = co_await read_file(from, "/blob", range);
}

// Reads side by side, all from the same moment on.
awaitable<void> read_all_at_once(driver& from, std::vector<byte_range> ranges, std::vector<std::string>& out) {
    out.resize(ranges.size());
    std::vector<std::size_t> numbers(ranges.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
    const auto read = [&](std::size_t i) { return read_into(from, ranges[i], out[i]); };
    co_await async::for_each(numbers, numbers.size(), read);
}

TEST_F(s3_parallel_read, brings_every_byte_once_over_many_connections) {
    EXPECT_TRUE(loop.run(read_file(driver, "/blob")) == content);
    EXPECT_TRUE(each_byte_was_asked_for_once(content.size())) << bytes_asked_for();
    std::set<unsigned> connections;
    for (const auto& request : server.requests()) connections.insert(request.connection);
    EXPECT_GT(connections.size(), 3u);
}

TEST_F(s3_parallel_read, asks_for_no_byte_outside_the_range) {
    const byte_range part{.offset = 3 * mebibyte + 1, .size_bytes = 5 * mebibyte};
    EXPECT_TRUE(loop.run(read_file(driver, "/blob", part)) == content.substr(3 * mebibyte + 1, 5 * mebibyte));
    EXPECT_TRUE(each_byte_was_asked_for_once(5 * mebibyte)) << bytes_asked_for();
    EXPECT_EQ(asked().begin()->first, 3 * mebibyte + 1);
    EXPECT_LT(asked().rbegin()->first, 8 * mebibyte + 1);
}

TEST_F(s3_parallel_read, gives_what_there_is_of_a_range_that_goes_past_the_end) {
    const byte_range part{.offset = content.size() - mebibyte, .size_bytes = 100 * mebibyte};
    EXPECT_TRUE(loop.run(read_file(driver, "/blob", part)) == content.substr(content.size() - mebibyte));
}

TEST_F(s3_parallel_read, brings_a_blob_once_for_all_who_read_it_at_the_same_time) {
    std::vector<std::string> got;
    loop.run(read_all_at_once(driver, std::vector<byte_range>(8), got));
    for (const std::string& bytes : got) EXPECT_TRUE(bytes == content);
    EXPECT_TRUE(each_byte_was_asked_for_once(content.size())) << bytes_asked_for();
}

TEST_F(s3_parallel_read, joins_those_who_read_a_part_to_those_who_read_the_whole) {
    std::vector<std::string> got;
    const byte_range whole{.offset = 0, .size_bytes = content.size()};
    const byte_range part{.offset = 1000, .size_bytes = 2 * mebibyte};
    loop.run(read_all_at_once(driver, {whole, part}, got));
    EXPECT_TRUE(got[0] == content);
    EXPECT_TRUE(got[1] == content.substr(1000, 2 * mebibyte));
    EXPECT_TRUE(each_byte_was_asked_for_once(content.size())) << bytes_asked_for();
}

TEST_F(s3_parallel_read, lets_nobody_wait_for_a_reader_that_does_not_read) {
    auto play = [](s3_driver& from, const std::string& expected) -> awaitable<void> {
        auto idle = co_await from.open("/blob", byte_range{});
        EXPECT_TRUE(co_await read_file(from, "/blob") == expected);
        EXPECT_TRUE(co_await async::read_all(*idle->bytes, 1024 * mebibyte) == expected);
    };
    s3_options small = options();
    small.memory_budget_bytes = 16 * mebibyte;  // so that the window cannot hold all of it
    s3_driver narrow{small};
    loop.run(play(narrow, content));
}

TEST_F(s3_parallel_read, stays_within_the_budget_however_many_read) {
    s3_options small = options();
    small.memory_budget_bytes = 2 * mebibyte;
    s3_driver narrow{small};
    std::vector<std::string> got;
    std::vector<byte_range> ranges;
    for (std::size_t i = 0; i < 40; ++i) ranges.push_back({.offset = i * 1000, .size_bytes = std::nullopt});
    loop.run(read_all_at_once(narrow, ranges, got));
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_TRUE(got[i] == content.substr(i * 1000));
    EXPECT_LE(narrow.memory().peak_bytes(), 2 * mebibyte);
    EXPECT_EQ(narrow.memory().used_bytes(), 0u);
}

TEST_F(s3_parallel_read, is_right_whatever_breaks_on_the_way) {
    server.add_fault({.operation = "GetObject", .skip = 2, .times = 3, .what = fault::broken_answer{end::reset, 1000}});
    server.add_fault(
        {.operation = "GetObject", .skip = 5, .times = 3, .what = fault::broken_answer{end::close, 70'000}});
    server.add_fault({.operation = "GetObject", .skip = 9, .times = 4, .what = fault::answer{503, "SlowDown"}});
    server.add_fault({.operation = "GetObject", .skip = 9, .times = 2, .what = fault::answer{500, "InternalError"}});
    EXPECT_TRUE(loop.run(read_file(driver, "/blob")) == content);
}

TEST_F(s3_parallel_read, row_01_asks_for_less_at_once_and_for_larger_ranges_when_s3_says_slow_down) {
    server.add_fault({.operation = "GetObject", .skip = 3, .what = fault::answer{503, "SlowDown"}});
    EXPECT_TRUE(loop.run(read_file(driver, "/blob")) == content);
    std::uint64_t largest = 0;
    for (const auto& [first, size_bytes] : asked()) largest = std::max(largest, size_bytes);
    EXPECT_GE(largest, 2 * range_bytes);
}

TEST_F(s3_parallel_read, row_05_goes_on_over_another_connection_when_one_stalls) {
    server.add_fault({.operation = "GetObject", .skip = 4, .what = fault::broken_answer{end::stall, 1000}});
    EXPECT_TRUE(loop.run(read_file(driver, "/blob")) == content);
}

TEST_F(s3_parallel_read, asks_for_a_range_a_second_time_when_its_answer_is_far_later_than_others) {
    loop.run(read_file(driver, "/blob"));
    server.clear_requests();
    server.add_fault({.operation = "GetObject", .skip = 6, .what = fault::broken_answer{end::stall, std::nullopt}});
    EXPECT_TRUE(loop.run(read_file(driver, "/blob")) == content);
    EXPECT_GT(bytes_asked_for(), content.size());
}

TEST_F(s3_parallel_read, fails_when_the_object_goes_while_it_is_read) {
    server.add_fault({.operation = "GetObject", .skip = 4, .what = fault::answer{404, "NoSuchKey"}});
    failure_of(loop, read_file(driver, "/blob"));
    EXPECT_EQ(driver.memory().used_bytes(), 0u);
}

TEST_F(s3_parallel_read, gives_back_what_a_reader_has_not_come_to_when_others_need_it) {
    s3_options small = options();
    small.memory_budget_bytes = 4 * mebibyte;
    s3_driver narrow{small};
    // One that does not read on holds three quarters; the second one's parts are larger than what is left.
    auto play = [](s3_driver& from, const std::string& expected) -> awaitable<void> {
        auto idle = co_await from.open("/blob", byte_range{});
        char byte;
        co_await idle->bytes->read_some(asio::buffer(&byte, 1));
        std::vector<std::string> others;
        std::vector<byte_range> ranges;
        for (std::size_t i = 1; i < 12; ++i) ranges.push_back({.offset = i * mebibyte, .size_bytes = mebibyte});
        co_await read_all_at_once(from, ranges, others);
        for (std::size_t i = 1; i < 12; ++i) EXPECT_TRUE(others[i - 1] == expected.substr(i * mebibyte, mebibyte));
        EXPECT_TRUE(byte + co_await async::read_all(*idle->bytes, 1024 * mebibyte) == expected);
    };
    loop.run(play(narrow, content));
    EXPECT_EQ(narrow.memory().used_bytes(), 0u);
}

TEST_F(s3_parallel_read, goes_on_in_the_same_bytes_put_anew) {
    auto put_anew_while_reading = [](test::fake_s3& s3, s3_driver& from) -> awaitable<std::string> {
        auto opened = co_await from.open("/blob", byte_range{});
        s3.change_etag("blob");
        co_return co_await async::read_all(*opened->bytes, 1024 * mebibyte);
    };
    EXPECT_TRUE(loop.run(put_anew_while_reading(server, driver)) == content);
}

TEST_F(s3_parallel_read, never_mixes_objects_of_different_sizes) {
    auto replace_while_reading = [](test::fake_s3& s3, s3_driver& from) -> awaitable<void> {
        auto opened = co_await from.open("/blob", byte_range{});
        s3.put_object("blob", pattern(13 * mebibyte));
        co_await async::read_all(*opened->bytes, 1024 * mebibyte);
    };
    failure_of(loop, replace_while_reading(server, driver));
}

TEST_F(s3_parallel_read, fails_when_s3_goes_away_and_keeps_no_memory) {
    auto stop_while_reading = [](test::fake_s3& s3, s3_driver& from) -> awaitable<void> {
        auto opened = co_await from.open("/blob", byte_range{});
        s3.stop();
        co_await async::read_all(*opened->bytes, 1024 * mebibyte);
    };
    failure_of(loop, stop_while_reading(server, driver));
    EXPECT_EQ(driver.memory().used_bytes(), 0u);
}

TEST_F(s3_parallel_read, may_end_early_at_the_readers_wish) {
    auto peek = [](s3_driver& from) -> awaitable<std::size_t> {
        auto opened = co_await from.open("/blob", byte_range{});
        char byte;
        co_return co_await opened->bytes->read_some(asio::buffer(&byte, 1));
    };
    EXPECT_EQ(loop.run(peek(driver)), 1u);
    EXPECT_EQ(driver.memory().used_bytes(), 0u);
    EXPECT_TRUE(loop.run(read_file(driver, "/blob")) == content);
}

}  // namespace
}  // namespace berth::storage
