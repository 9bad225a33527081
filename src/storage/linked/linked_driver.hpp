#pragma once

#include "storage/driver.hpp"

#include <functional>
#include <memory>

namespace berth::storage {

/// Where clients may fetch a file from, as driver::presigned_get: by asking `inner` or without. Thread-safe.
using link_maker =
    std::function<std::optional<std::string>(driver& inner, const path& file, std::chrono::seconds lifetime)>;

/// Another driver, with other links to its files.
///
/// Lifetime: owns the other one.
class linked_driver final : public driver {
public:
    linked_driver(std::unique_ptr<driver> inner, link_maker links)
        : inner_{std::move(inner)}, links_{std::move(links)} {}

    std::optional<std::string> presigned_get(const path& file, std::chrono::seconds lifetime) override {
        return links_(*inner_, file, lifetime);
    }

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
    awaitable<name_page> list_page(path directory, std::string after, std::size_t limit) override {
        return inner_->list_page(std::move(directory), std::move(after), limit);
    }
    awaitable<void> remove(path file_or_directory) override { return inner_->remove(std::move(file_or_directory)); }
    awaitable<unfinished_page> list_unfinished(path directory, std::string from) override {
        return inner_->list_unfinished(std::move(directory), std::move(from));
    }
    awaitable<void> remove_unfinished(unfinished_file which) override {
        return inner_->remove_unfinished(std::move(which));
    }
    awaitable<void> probe() override { return inner_->probe(); }
    bool is_away() const override { return inner_->is_away(); }
    awaitable<bool> stop() override { return inner_->stop(); }

private:
    const std::unique_ptr<driver> inner_;
    const link_maker links_;
};

}  // namespace berth::storage
