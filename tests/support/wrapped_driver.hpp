#pragma once

#include "storage/driver.hpp"

#include <functional>

namespace berth::test {

/// Another driver, with its questions counted, and a place to act between one and its answer.
class wrapped_driver final : public storage::driver {
public:
    explicit wrapped_driver(storage::driver& inner) : inner_{inner} {}

    int stats = 0;
    int finds = 0;
    int opens = 0;
    std::function<void()> after_stat, after_find;  ///< Run when there is an answer and before the caller has it.
    std::function<void()> before_remove;

    std::string_view name() const override { return inner_.name(); }
    awaitable<std::optional<storage::file_info>> stat(storage::path file) override {
        ++stats;
        auto found = co_await inner_.stat(std::move(file));
        if (after_stat) after_stat();
        co_return found;
    }
    awaitable<std::optional<std::string>> find(storage::path file, std::size_t limit_bytes) override {
        ++finds;
        auto found = co_await inner_.find(std::move(file), limit_bytes);
        if (after_find) after_find();
        co_return found;
    }
    awaitable<std::optional<storage::open_file>> open(storage::path file, storage::byte_range range) override {
        ++opens;
        return inner_.open(std::move(file), range);
    }
    awaitable<void> put(storage::path file, std::string content) override {
        return inner_.put(std::move(file), std::move(content));
    }
    awaitable<std::unique_ptr<storage::writer>> create(storage::path staging) override {
        return inner_.create(std::move(staging));
    }
    awaitable<std::unique_ptr<storage::writer>> resume(storage::path staging, std::string saved, storage::path rest,
                                                       std::uint64_t size_bytes) override {
        return inner_.resume(std::move(staging), std::move(saved), std::move(rest), size_bytes);
    }
    awaitable<std::unique_ptr<storage::hold>> try_to_hold(storage::path file) override {
        return inner_.try_to_hold(std::move(file));
    }
    awaitable<storage::name_page> list_page(storage::path directory, std::string after, std::size_t limit) override {
        return inner_.list_page(std::move(directory), std::move(after), limit);
    }
    awaitable<void> remove_file(storage::path file) override {
        if (before_remove) before_remove();
        return inner_.remove_file(std::move(file));
    }
    awaitable<storage::file_page> list_files(storage::path directory, storage::path after, std::size_t limit) override {
        return inner_.list_files(std::move(directory), std::move(after), limit);
    }
    awaitable<void> remove(storage::path file_or_directory) override {
        if (before_remove) before_remove();
        return inner_.remove(std::move(file_or_directory));
    }
    awaitable<bool> copy(storage::path from, storage::path to) override {
        return inner_.copy(std::move(from), std::move(to));
    }
    awaitable<wall_time> now() override { return inner_.now(); }
    awaitable<bool> remove_until(storage::path file, wall_time deadline) override {
        return inner_.remove_until(std::move(file), deadline);
    }
    awaitable<void> wait_until_past(wall_time deadline) override { return inner_.wait_until_past(deadline); }
    awaitable<storage::unfinished_page> list_unfinished(storage::path directory, std::string from) override {
        return inner_.list_unfinished(std::move(directory), std::move(from));
    }
    awaitable<void> remove_unfinished(storage::unfinished_file which) override {
        return inner_.remove_unfinished(std::move(which));
    }
    std::optional<std::string> presigned_get(const storage::path& file, std::chrono::seconds lifetime) override {
        return inner_.presigned_get(file, lifetime);
    }
    awaitable<void> probe() override { return inner_.probe(); }

private:
    storage::driver& inner_;
};

}  // namespace berth::test
