#pragma once

#include "cache/disk/database.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace berth::cache {

/// What orders uses: microseconds since 1970.
inline std::int64_t time_of_use() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

/// What a disk cache holds, in an SQLite database beside the files: so a start reads nothing but this, whatever the
/// number of entries. All may throw std::runtime_error. Blocks for as long as a disk may. Thread-safe.
class disk_index {
public:
    struct row {
        std::string digest;  ///< "sha256:..."
        std::uint64_t size_bytes = 0;
        std::vector<std::uint64_t> checksums;  ///< Of its blocks, in order.
    };

    /// Throws also where the file is damaged.
    explicit disk_index(const std::string& file);

    std::optional<row> find(const std::string& digest);
    /// `used` orders the entries: a time_of_use().
    void add(const row& added, std::int64_t used);
    void touch(const std::string& digest, std::int64_t used);
    /// False when it was not there.
    bool remove(const std::string& digest);

    struct entry {
        std::string digest;
        std::uint64_t size_bytes = 0;
    };
    struct used_entry : entry {
        std::int64_t used = 0;
    };
    /// The next `limit` of those used longest ago, after the first `skipped`. Not what is pinned.
    std::vector<used_entry> least_recently_used(std::size_t limit, std::size_t skipped);
    struct totals {
        std::uint64_t entries = 0;
        std::uint64_t size_bytes = 0;
    };
    totals total();

    /// Pins these under a name, in the place of what was pinned under it before; they need not be there yet. False when
    /// all that is pinned would be more than `max_bytes`: then nothing has changed.
    bool pin(const std::string& name, const std::vector<entry>& pinned, std::uint64_t max_bytes);
    /// False when nothing was pinned under that name.
    bool unpin(const std::string& name);
    struct pinned_name {
        std::string name;
        totals pinned;
    };
    /// By name.
    std::vector<pinned_name> pins();

private:
    std::mutex mutex_;
    database database_;  // guarded by mutex_, as are the statements
    database::statement find_, add_, touch_, remove_, oldest_, total_, pin_, unpin_, pinned_bytes_, pins_;
};

}  // namespace berth::cache
