#pragma once

#include "async/blocking.hpp"
#include "async/byte_source.hpp"
#include "cache/blob_traffic.hpp"
#include "cache/disk/block_checksums.hpp"
#include "storage/driver.hpp"
#include "storage/filesystem/unique_fd.hpp"

#include <atomic>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>

namespace berth::cache {

/// Reads the same bytes from the store. Throws storage::error.
using reopen = std::function<awaitable<std::unique_ptr<async::byte_source>>(storage::byte_range)>;

/// A blob that lies on this node's disk, whole, and was verified against its digest when it came. Its bytes are checked
/// again, a block at a time, before they go out: the first time in this process, when somebody has touched the file,
/// and when they had to be read from the disk again. Thread-safe.
class cached_file {
public:
    cached_file(std::string digest, storage::unique_fd file, std::uint64_t size_bytes,
                std::vector<std::uint64_t> checksums);

    const std::string& digest() const { return digest_; }
    std::uint64_t size_bytes() const { return size_bytes_; }
    const storage::unique_fd& file() const { return file_; }

    /// It is used, at `when` as the index counts; kept here until somebody takes it there.
    void use(std::int64_t when) { used_ = when; }
    /// 0: it was not used since the last time.
    std::int64_t take_use() { return used_.exchange(0); }

    /// The block is good, and in memory. Does not block.
    bool is_good(std::size_t block);
    /// Reads the block; false when it is not what was put there. Blocks.
    bool check(std::size_t block);

private:
    struct stamp {
        timespec modified{}, changed{};
        std::uint64_t size_bytes = 0;
        bool operator==(const stamp& other) const;
    };
    stamp stamp_now() const;
    std::size_t size_of(std::size_t block) const;
    bool is_in_memory(std::size_t block) const;

    const std::string digest_;
    const storage::unique_fd file_;
    const std::uint64_t size_bytes_;
    const std::vector<std::uint64_t> checksums_;
    std::atomic<std::int64_t> used_ = 0;

    std::mutex mutex_;
    std::vector<bool> good_;  // guarded by mutex_, as is the stamp: blocks that were checked while the file had it
    stamp stamp_;
};

/// Part of a cached file, from its pages; what turns out to be damaged comes from the store instead.
///
/// Lifetime: the pool outlives it.
class cached_source final : public async::byte_source {
public:
    /// `on_damage` is called once, on a thread of the pool, when a block is not right any more. `kept_from`: what the
    /// file's bytes count as: a reader who has waited for them while they came did not find them on the disk.
    cached_source(std::shared_ptr<cached_file> file, storage::byte_range range, async::blocking_pool& pool,
                  reopen from_store, std::function<void()> on_damage, blob_origin kept_from, blob_meter meter);

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override;
    awaitable<async::file_part> read_in_file(std::size_t limit_bytes) override;

private:
    const std::shared_ptr<cached_file> file_;
    async::blocking_pool& pool_;
    const reopen from_store_;
    const std::function<void()> on_damage_;
    const blob_origin kept_from_;
    blob_meter meter_;
    std::uint64_t next_;
    std::uint64_t end_;
    std::unique_ptr<async::byte_source> store_;  // once the file has turned out to be damaged
};

}  // namespace berth::cache
