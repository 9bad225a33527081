#pragma once

#include "storage/driver.hpp"

#include <memory>
#include <utility>

namespace berth::storage {

/// What a driver around another one is made from: does nothing but hand on what it is asked.
///
/// Lifetime: owns the other one.
class forwarding_driver : public driver {
public:
    explicit forwarding_driver(std::unique_ptr<driver> inner) : inner_{std::move(inner)} {}

    std::string_view name() const override { return inner_->name(); }
    awaitable<std::optional<file_info>> stat(path file) override { return inner_->stat(std::move(file)); }
    awaitable<std::optional<std::string>> find(path file, std::size_t limit_bytes) override {
        return inner_->find(std::move(file), limit_bytes);
    }
    awaitable<std::optional<open_file>> open(path file, byte_range range) override {
        return inner_->open(std::move(file), range);
    }
    awaitable<void> put(path file, std::string content) override {
        return inner_->put(std::move(file), std::move(content));
    }
    awaitable<std::unique_ptr<writer>> create(path staging) override { return inner_->create(std::move(staging)); }
    awaitable<std::unique_ptr<writer>> resume(path staging, std::string saved, path rest,
                                              std::uint64_t size_bytes) override {
        return inner_->resume(std::move(staging), std::move(saved), std::move(rest), size_bytes);
    }
    awaitable<std::unique_ptr<hold>> try_to_hold(path file) override { return inner_->try_to_hold(std::move(file)); }
    awaitable<name_page> list_page(path directory, std::string after, std::size_t limit) override {
        return inner_->list_page(std::move(directory), std::move(after), limit);
    }
    awaitable<file_page> list_files(path directory, path after, std::size_t limit) override {
        return inner_->list_files(std::move(directory), std::move(after), limit);
    }
    awaitable<void> remove(path file_or_directory) override { return inner_->remove(std::move(file_or_directory)); }
    awaitable<void> remove_file(path file) override { return inner_->remove_file(std::move(file)); }
    awaitable<bool> copy(path from, path to) override { return inner_->copy(std::move(from), std::move(to)); }
    awaitable<wall_time> now() override { return inner_->now(); }
    awaitable<bool> remove_until(path file, wall_time deadline) override {
        return inner_->remove_until(std::move(file), deadline);
    }
    awaitable<void> wait_until_past(wall_time deadline) override { return inner_->wait_until_past(deadline); }
    awaitable<unfinished_page> list_unfinished(path directory, std::string from) override {
        return inner_->list_unfinished(std::move(directory), std::move(from));
    }
    awaitable<void> remove_unfinished(unfinished_file which) override {
        return inner_->remove_unfinished(std::move(which));
    }
    std::optional<std::string> presigned_get(const path& file, std::chrono::seconds lifetime) override {
        return inner_->presigned_get(file, lifetime);
    }
    awaitable<void> probe() override { return inner_->probe(); }
    bool is_away() const override { return inner_->is_away(); }
    awaitable<bool> stop() override { return inner_->stop(); }

protected:
    driver& inner() const { return *inner_; }

private:
    const std::unique_ptr<driver> inner_;
};

}  // namespace berth::storage
