#pragma once

#include "s3/client.hpp"
#include "s3/multipart_writer.hpp"
#include "s3/parallel_reader.hpp"
#include "storage/driver.hpp"

#include <atomic>
#include <string>

namespace berth::storage {

class name_collector;

struct s3_options {
    s3::options client;
    std::string root_directory;  ///< As `rootdirectory` of the config: "" or "some/prefix", slashes at the
                                 ///< ends or not.
    s3::write_options write;
    s3::read_options read;
    std::size_t memory_budget_bytes = 128 * s3::mebibyte;  ///< For all transfers together.
};

/// Files as objects of one bucket: the file "/docker/x" is the key "docker/x" below the root directory.
/// Existence is asked by the exact key, never by a listing. Works on one bucket beside registry:2.
class s3_driver final : public driver {
public:
    /// Throws std::invalid_argument for an endpoint that cannot be one. Does not talk to S3 yet.
    explicit s3_driver(s3_options options);

    std::string_view name() const override { return "s3"; }
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
    awaitable<unfinished_page> list_unfinished(path directory, std::string from) override;
    awaitable<void> remove_unfinished(unfinished_file which) override;
    std::optional<std::string> presigned_get(const path& file, std::chrono::seconds lifetime) override;
    awaitable<void> probe() override;
    awaitable<bool> stop() override { return reader_.stop(); }

    /// What all transfers hold together.
    const async::memory_budget& memory() const { return memory_; }

    /// "/docker/x" with the root directory "prefix/" is "prefix/docker/x".
    s3::object_key key(std::string_view file) const;

private:
    awaitable<void> add_directories_behind(const s3::object_key& last, const std::string& folder,
                                           name_collector& names);
    awaitable<void> add_if_directory(const std::string& folder, const std::string& name, name_collector& names);

    const std::string root_;  // without slashes at its ends
    const s3::part_plan parts_;
    async::memory_budget memory_;
    s3::client client_;
    s3::parallel_reader reader_;
    s3::object_copier copier_;
    std::atomic<bool> warned_of_denial_{false};
};

}  // namespace berth::storage
