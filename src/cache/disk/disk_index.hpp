#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace berth::cache {

/// What a disk cache holds, in an SQLite database beside the files: so a start reads nothing but this, whatever the
/// number of entries, and a crash leaves it as it was before or after a change. Blocks for as long as a disk may.
/// Thread-safe.
class disk_index {
public:
    struct row {
        std::string digest;  ///< "sha256:..."
        std::uint64_t size_bytes = 0;
        std::vector<std::uint64_t> checksums;  ///< Of its blocks, in order.
    };

    /// Throws std::runtime_error, also where the file is damaged.
    explicit disk_index(const std::string& file);
    ~disk_index();
    disk_index(const disk_index&) = delete;
    disk_index& operator=(const disk_index&) = delete;

    std::optional<row> find(const std::string& digest);
    /// `used` orders the entries by their use; seconds since 1970 do.
    void add(const row& added, std::int64_t used);
    void touch(const std::string& digest, std::int64_t used);
    /// False when it was not there.
    bool remove(const std::string& digest);

    struct entry {
        std::string digest;
        std::uint64_t size_bytes = 0;
    };
    /// The next `limit` of those used longest ago, after the first `skipped`.
    std::vector<entry> least_recently_used(std::size_t limit, std::size_t skipped);
    std::uint64_t total_bytes();

private:
    struct close_database {
        void operator()(sqlite3* database) const noexcept;
    };
    struct finish_statement {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    using statement = std::unique_ptr<sqlite3_stmt, finish_statement>;
    class query;

    statement prepare(const char* text);
    void run(const char* text);

    std::mutex mutex_;
    std::unique_ptr<sqlite3, close_database> database_;  // guarded by mutex_, as are those below
    statement find_, add_, touch_, remove_, oldest_, total_;
};

}  // namespace berth::cache
