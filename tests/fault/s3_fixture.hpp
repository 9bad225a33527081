#pragma once

#include "storage/s3/s3_driver.hpp"
#include "support/fake_s3.hpp"
#include "support/write.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <string>

namespace berth::storage {

namespace fault = test::fault;

inline constexpr std::size_t mebibyte = 1024 * 1024;

/// A driver that asks `server`, with pauses short enough for tests.
inline s3_options options_for(const test::fake_s3& server) {
    s3_options options;
    options.client.bucket.bucket = server.settings().bucket;
    options.client.bucket.region = "us-east-1";
    options.client.bucket.region_endpoint = server.endpoint();
    options.client.keys = {server.settings().access_key, server.settings().secret_key, ""};
    options.client.timing = {std::chrono::milliseconds{1}, std::chrono::milliseconds{5}};
    options.write.parts.first_bytes = 5 * mebibyte;
    return options;
}

/// Runs coroutines one after the other. Lives as long as the driver: pooled connections belong to its event
/// loop.
class event_loop {
public:
    /// Runs `task` to its end, each on a strand of its own, as requests are.
    template <class T>
    T run(awaitable<T> task) {
        std::optional<T> value;
        auto store = [](awaitable<T> inner, std::optional<T>& out) -> awaitable<void> {
            out.emplace(co_await std::move(inner));
        };
        run(store(std::move(task), value));
        return std::move(*value);
    }

    void run(awaitable<void> task) {
        std::exception_ptr failure;
        asio::co_spawn(asio::make_strand(context_), std::move(task), [&](std::exception_ptr f) { failure = f; });
        context_.restart();
        context_.run();
        if (failure) std::rethrow_exception(failure);
    }

private:
    asio::io_context context_;
};

/// Bytes that repeat at no part's boundary.
inline std::string pattern(std::size_t size_bytes) {
    std::string bytes(size_bytes, '\0');
    for (std::size_t i = 0; i < size_bytes; ++i) bytes[i] = static_cast<char>((i * 2654435761u) >> 13);
    return bytes;
}

inline awaitable<std::string> read_file(driver& from, path file, byte_range range = {}) {
    auto opened = co_await from.open(file, range);
    if (!opened) throw std::logic_error{file + " is not there"};
    co_return co_await async::read_all(*opened->bytes, 1024 * mebibyte);
}

inline awaitable<void> write_all(writer& to, const std::string& content) {
    co_await test::write(to, content);
}

inline awaitable<void> push_file(driver& to, path target, const std::string& content) {
    const auto writer = co_await to.create("/staging/data");
    co_await write_all(*writer, content);
    co_await writer->settle();
    co_await writer->commit(target);
    co_await writer->clean_up();
}

/// What the storage::error that `task` ends with says; fails the test when there is none.
template <class T>
std::string failure_of(event_loop& loop, awaitable<T> task) {
    try {
        loop.run(std::move(task));
    } catch (const error& failure) {
        return failure.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

class s3_fault_test : public testing::Test {
protected:
    /// Lets first all requests of that kind fail, then all but the first, and so on, until `attempt` comes to its end,
    /// as it says: then none has failed.
    template <class Attempt>
    void fail_from_each(const char* operation, Attempt attempt) {
        unsigned skipped = 0;
        for (bool came_to_its_end = false; !came_to_its_end; ++skipped) {
            SCOPED_TRACE(std::string{operation} + " " + std::to_string(skipped));
            server.add_fault({.operation = operation,
                              .skip = skipped,
                              .times = fault::always,
                              .what = fault::answer{403, "AccessDenied"}});
            came_to_its_end = attempt();
            server.clear_faults();
        }
        EXPECT_GT(skipped, 1u) << "some " << operation << " failed";
    }

    test::fake_s3 server;
    event_loop loop;
    s3_driver driver{options_for(server)};
};

}  // namespace berth::storage
