#include "fault/s3_fixture.hpp"
#include "s3/object_stream.hpp"

namespace berth::storage {
namespace {

class s3_read : public s3_fault_test {
protected:
    const std::string content = pattern(400 * 1024);  // one range

    void SetUp() override { server.put_object("blob", content); }
};

using end = fault::broken_answer::end;

TEST_F(s3_read, row_04_goes_on_at_the_byte_after_a_reset) {
    server.add_fault({.operation = "GetObject", .what = fault::broken_answer{end::reset, 100'007}});
    EXPECT_EQ(loop.run(read_file(driver, "/blob")), content);

    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_NE(requests[1].connection, requests[0].connection);
}

TEST_F(s3_read, row_07_goes_on_after_each_of_many_short_answers) {
    server.add_fault({.operation = "GetObject", .times = 30, .what = fault::broken_answer{end::close, 20'000}});
    EXPECT_EQ(loop.run(read_file(driver, "/blob")), content);
    EXPECT_EQ(server.count("GetObject"), 21u);
}

TEST_F(s3_read, keeps_to_its_range_when_it_goes_on) {
    server.add_fault({.operation = "GetObject", .what = fault::broken_answer{end::reset, 1000}});
    EXPECT_EQ(loop.run(read_file(driver, "/blob", {.offset = 500, .size_bytes = 4000})), content.substr(500, 4000));
    EXPECT_EQ(server.requests()[1].headers.at("range"), "bytes=1500-4499");
}

TEST_F(s3_read, gives_up_on_answers_that_bring_next_to_nothing) {
    server.add_fault({.operation = "GetObject", .times = fault::always, .what = fault::broken_answer{end::close, 100}});
    failure_of(loop, read_file(driver, "/blob"));
    EXPECT_EQ(server.count("GetObject"), 1u + s3::object_stream::max_fruitless);
}

TEST_F(s3_read, gives_up_when_no_more_byte_arrives) {
    server.add_fault({.operation = "GetObject", .times = fault::always, .what = fault::broken_answer{end::close, 0}});
    failure_of(loop, read_file(driver, "/blob"));
    EXPECT_EQ(server.count("GetObject"), 1u + s3::object_stream::max_fruitless);
}

TEST_F(s3_read, never_mixes_objects_of_different_sizes) {
    server.add_fault({.operation = "GetObject", .what = fault::broken_answer{end::close, 1000}});
    auto replace_while_reading = [](test::fake_s3& s3, s3_driver& from) -> awaitable<void> {
        auto opened = co_await from.open("/blob", byte_range{});
        s3.put_object("blob", "another one");
        co_await async::read_all(*opened->bytes, 1024 * mebibyte);
    };
    EXPECT_NE(failure_of(loop, replace_while_reading(server, driver)).find("GetObject"), std::string::npos);
}

TEST_F(s3_read, goes_on_in_the_same_bytes_put_anew) {
    server.add_fault({.operation = "GetObject", .what = fault::broken_answer{end::close, 1000}});
    auto put_anew_while_reading = [](test::fake_s3& s3, s3_driver& from) -> awaitable<std::string> {
        auto opened = co_await from.open("/blob", byte_range{});
        s3.change_etag("blob");
        co_return co_await async::read_all(*opened->bytes, 1024 * mebibyte);
    };
    EXPECT_EQ(loop.run(put_anew_while_reading(server, driver)), content);
}

TEST_F(s3_read, fails_when_the_object_goes_while_it_is_read) {
    server.add_fault({.operation = "GetObject", .what = fault::broken_answer{end::close, 1000}});
    auto remove_while_reading = [](test::fake_s3& s3, s3_driver& from) -> awaitable<void> {
        auto opened = co_await from.open("/blob", byte_range{});
        s3.remove_object("blob");
        co_await async::read_all(*opened->bytes, 1024 * mebibyte);
    };
    failure_of(loop, remove_while_reading(server, driver));
}

TEST_F(s3_read, may_end_early_at_the_readers_wish) {
    auto peek = [](s3_driver& from) -> awaitable<std::size_t> {
        auto opened = co_await from.open("/blob", byte_range{});
        char byte;
        co_return co_await opened->bytes->read_some(asio::buffer(&byte, 1));
    };
    EXPECT_EQ(loop.run(peek(driver)), 1u);
    EXPECT_EQ(loop.run(read_file(driver, "/blob")), content);
}

TEST_F(s3_read, refuses_a_small_file_that_is_too_large) {
    failure_of(loop, driver.find("/blob", 1000));
}

TEST_F(s3_read, says_nothing_of_bytes_past_the_end) {
    EXPECT_EQ(loop.run(read_file(driver, "/blob", {.offset = content.size(), .size_bytes = std::nullopt})), "");
    EXPECT_EQ(loop.run(read_file(driver, "/blob", {.offset = content.size() - 1, .size_bytes = 10})),
              content.substr(content.size() - 1));
}

}  // namespace
}  // namespace berth::storage
