#pragma once

#include "async/blocking.hpp"
#include "storage/driver.hpp"

namespace berth::storage {

/// Keeps files below a directory, where registry:2's driver of the same name keeps them: both can work on one
/// folder, one after the other.
///
/// A file gets its name only once it is whole and on disk, so readers never see half of one. Calls that block
/// run on a pool of the driver's own.
///
/// Lifetime: outlives its writers and the files it has opened; goes before the event loop that uses it.
class filesystem_driver final : public driver {
public:
    struct options {
        std::string rootdirectory = "/var/lib/registry";
        std::size_t maxthreads = 100;  ///< Of these at most 16 are used: more only wait for the same disk.
    };

    explicit filesystem_driver(options options);

    std::string_view name() const override { return "filesystem"; }
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
    std::optional<std::string> presigned_get(const path&, std::chrono::seconds) override { return std::nullopt; }
    awaitable<void> probe() override;

private:
    class file_source;
    class file_writer;

    std::string full(const path& file) const { return root_ + file; }

    std::string root_;  // without a trailing "/", so empty for the root of the filesystem
    async::blocking_pool pool_;
};

}  // namespace berth::storage
