#pragma once

#include "storage/watched/store_watch.hpp"

#include <functional>

namespace berth::storage {

/// Another driver, with a watch on its store: a read fails within two seconds when the store is away, and all but at
/// once when that is known already, as does a write then. A store that answers late, or with errors, gets all the time
/// that its driver gives it.
class watched_driver final : public driver {
public:
    explicit watched_driver(std::shared_ptr<driver> store, store_watch::options options = {});

    store_watch& watch() { return *watch_; }

    std::string_view name() const override { return store_->name(); }
    awaitable<std::optional<file_info>> stat(path file) override;
    awaitable<std::optional<std::string>> find(path file, std::size_t limit_bytes) override;
    awaitable<std::optional<open_file>> open(path file, byte_range range) override;
    awaitable<void> put(path file, std::string content) override;
    awaitable<std::unique_ptr<writer>> create(path staging) override;
    awaitable<std::unique_ptr<writer>> resume(path staging, std::string saved, path rest,
                                              std::uint64_t size_bytes) override;
    awaitable<std::unique_ptr<hold>> try_to_hold(path file) override;
    awaitable<name_page> list_page(path directory, std::string after, std::size_t limit) override;
    awaitable<file_page> list_files(path directory, path after, std::size_t limit) override;
    awaitable<void> remove(path file_or_directory) override;
    awaitable<void> remove_file(path file) override;
    awaitable<bool> copy(path from, path to) override;
    awaitable<wall_time> now() override;
    awaitable<bool> remove_until(path file, wall_time deadline) override;
    awaitable<void> wait_until_past(wall_time deadline) override;
    awaitable<unfinished_page> list_unfinished(path directory, std::string from) override;
    awaitable<void> remove_unfinished(unfinished_file which) override;
    std::optional<std::string> presigned_get(const path& file, std::chrono::seconds lifetime) override {
        return store_->presigned_get(file, lifetime);
    }
    awaitable<void> probe() override;
    bool is_away() const override { return watch_->is_away(); }
    awaitable<bool> stop() override;

private:
    template <class T>
    using question = std::function<awaitable<T>(driver&)>;
    template <class T>
    awaitable<T> ask(question<T> what);
    awaitable<void> refuse_when_away();
    awaitable<bool> others_have_let_go();

    const std::shared_ptr<driver> store_;  // shared with questions that were given up and have not ended yet
    const std::shared_ptr<store_watch> watch_;
};

}  // namespace berth::storage
