#pragma once

#include "storage/driver.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace berth::storage {

/// Keeps everything in this process's memory: for tests, and for the config's `inmemory`. What is written is
/// gone when the process ends.
///
/// Lifetime: outlives its writers. Files that are being read stay whole, whatever happens to the driver.
class memory_driver final : public driver {
public:
    std::string_view name() const override { return "inmemory"; }
    awaitable<std::optional<file_info>> stat(path file) override;
    awaitable<std::optional<std::string>> find(path file, std::size_t limit_bytes) override;
    awaitable<std::optional<open_file>> open(path file, byte_range range) override;
    awaitable<void> put(path file, std::string content) override;
    awaitable<std::unique_ptr<writer>> create(path staging) override;
    awaitable<std::unique_ptr<writer>> resume(path staging, std::string saved, path rest,
                                              std::uint64_t size_bytes) override;
    awaitable<name_page> list_page(path directory, std::string after, std::size_t limit) override;
    awaitable<file_page> list_files(path directory, path after, std::size_t limit) override;
    awaitable<void> remove(path file_or_directory) override;
    awaitable<void> remove_file(path file) override;
    awaitable<bool> copy(path from, path to) override;
    awaitable<wall_time> now() override;
    awaitable<bool> remove_until(path file, wall_time deadline) override;
    awaitable<void> wait_until_past(wall_time deadline) override;
    std::optional<std::string> presigned_get(const path&, std::chrono::seconds) override { return std::nullopt; }
    awaitable<void> probe() override { co_return; }

private:
    class memory_writer;

    struct entry {
        std::shared_ptr<const std::string> bytes;  // shared with those who read it
        wall_time modified{};
    };

    std::optional<entry> look_up(const path& file) const;
    void store(path file, std::string content);

    mutable std::mutex mutex_;
    std::map<path, entry> files_;  // guarded by mutex_
};

}  // namespace berth::storage
