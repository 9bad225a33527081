#pragma once

#include "storage/driver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace berth::test {

/// An empty store, and what it needs to exist for the length of one test.
class store_under_test {
public:
    virtual ~store_under_test() = default;
    virtual storage::driver& driver() = 0;
};

/// What every storage::driver must do; driver_contract_test.cpp holds the cases. A driver runs them with
///
///     INSTANTIATE_TEST_SUITE_P(memory, driver_contract, testing::Values(make_memory_store));
class driver_contract : public testing::TestWithParam<std::function<std::unique_ptr<store_under_test>()>> {
protected:
    void TearDown() override { run(driver().stop()); }

    storage::driver& driver() { return store_->driver(); }

    /// Runs a coroutine to its end, each on a new strand, and returns its result or throws what it threw.
    template <class T>
    T run(awaitable<T> task) {
        std::optional<T> value;
        // GCC 12: a coroutine lambda is named and takes arguments instead of capturing.
        auto keep = [](awaitable<T> inner, std::optional<T>& out) -> awaitable<void> {
            out.emplace(co_await std::move(inner));
        };
        run(keep(std::move(task), value));
        return std::move(*value);
    }
    void run(awaitable<void> task) {
        std::vector<awaitable<void>> tasks;
        tasks.push_back(std::move(task));
        run_together(std::move(tasks), 1);
    }

    /// Runs coroutines side by side, each on a strand of its own. Throws one of their exceptions, if any.
    void run_together(std::vector<awaitable<void>> tasks, unsigned threads = 4);

    void put(const storage::path& file, std::string content) { run(driver().put(file, std::move(content))); }
    std::optional<std::string> find(const storage::path& file) { return run(driver().find(file, 64 * 1024 * 1024)); }
    bool exists(const storage::path& file) { return run(driver().stat(file)).has_value(); }
    std::vector<std::string> list(const storage::path& directory) { return run(driver().list(directory)); }
    storage::name_page list_page(const storage::path& directory, const std::string& after, std::size_t limit) {
        return run(driver().list_page(directory, after, limit));
    }
    /// All names, page by page; fails where a page that is not the last is not full.
    std::vector<std::string> list_by_pages(const storage::path& directory, std::size_t limit);
    void remove(const storage::path& what) { run(driver().remove(what)); }
    std::unique_ptr<storage::writer> create(const storage::path& staging) { return run(driver().create(staging)); }
    void write(storage::writer& into, std::string_view bytes);
    /// The bytes of a range, read as a stream in pieces of odd sizes. Nothing where there is no such file.
    std::optional<std::string> read(const storage::path& file, storage::byte_range range = {});

private:
    boost::asio::io_context context_;  // outlives the store, whose connections belong to it
    std::unique_ptr<store_under_test> store_ = GetParam()();
};

/// Bytes that look random, always the same for the same seed.
std::string sample_bytes(std::size_t size, unsigned seed = 1);

}  // namespace berth::test
