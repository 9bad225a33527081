#include "cache/disk/disk_index.hpp"

#include "cache/disk/block_checksums.hpp"

#include <sqlite3.h>
#include <stdexcept>

namespace berth::cache {

namespace {

[[noreturn]] void fail(sqlite3* database) {
    throw std::runtime_error{std::string{"SQLite: "} + sqlite3_errmsg(database)};
}

}  // namespace

/// One use of a prepared statement.
class disk_index::query {
public:
    query(disk_index& of, const statement& prepared) : database_{of.database_.get()}, statement_{prepared.get()} {}
    ~query() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    query(const query&) = delete;
    query& operator=(const query&) = delete;

    // What is bound must live as long as the query.
    query& with(const std::string& text) {
        sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
        return *this;
    }
    query& with_bytes(const std::string& bytes) {
        sqlite3_bind_blob(statement_, ++bound_, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
        return *this;
    }
    query& with(std::int64_t number) {
        sqlite3_bind_int64(statement_, ++bound_, number);
        return *this;
    }

    /// False when there are no more rows.
    bool next() {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) fail(database_);
        return false;
    }
    std::string bytes(int column) {
        const void* data = sqlite3_column_blob(statement_, column);
        return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }

private:
    sqlite3* database_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
};

void disk_index::close_database::operator()(sqlite3* database) const noexcept {
    sqlite3_close(database);
}

void disk_index::finish_statement::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

disk_index::disk_index(const std::string& file) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(opened);
    if (code != SQLITE_OK) fail(opened);
    // The write-ahead log is synced at its checkpoints only: a power cut may forget the latest entries, no more.
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
    run("CREATE TABLE IF NOT EXISTS blobs (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, used INTEGER NOT NULL, "
        "checksums BLOB NOT NULL)");
    run("CREATE INDEX IF NOT EXISTS blobs_by_use ON blobs (used, digest, size)");
    find_ = prepare("SELECT size, checksums FROM blobs WHERE digest = ?");
    add_ = prepare("INSERT OR REPLACE INTO blobs (digest, size, checksums, used) VALUES (?, ?, ?, ?)");
    touch_ = prepare("UPDATE blobs SET used = ?2 WHERE digest = ?1");
    remove_ = prepare("DELETE FROM blobs WHERE digest = ?");
    oldest_ = prepare("SELECT digest, size FROM blobs ORDER BY used LIMIT ? OFFSET ?");
    total_ = prepare("SELECT sum(size) FROM blobs INDEXED BY blobs_by_use");
}

disk_index::~disk_index() = default;

disk_index::statement disk_index::prepare(const char* text) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(database_.get(), text, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
        fail(database_.get());
    return statement{made};
}

void disk_index::run(const char* text) {
    if (sqlite3_exec(database_.get(), text, nullptr, nullptr, nullptr) != SQLITE_OK) fail(database_.get());
}

std::optional<disk_index::row> disk_index::find(const std::string& digest) {
    const std::lock_guard lock{mutex_};
    query q{*this, find_};
    if (!q.with(digest).next()) return std::nullopt;
    return row{digest, static_cast<std::uint64_t>(q.number(0)), unpack(q.bytes(1))};
}

void disk_index::add(const row& added, std::int64_t used) {
    const std::string checksums = pack(added.checksums);
    const std::lock_guard lock{mutex_};
    query q{*this, add_};
    q.with(added.digest).with(static_cast<std::int64_t>(added.size_bytes)).with_bytes(checksums).with(used).next();
}

void disk_index::touch(const std::string& digest, std::int64_t used) {
    const std::lock_guard lock{mutex_};
    query q{*this, touch_};
    q.with(digest).with(used).next();
}

bool disk_index::remove(const std::string& digest) {
    const std::lock_guard lock{mutex_};
    query q{*this, remove_};
    q.with(digest).next();
    return sqlite3_changes(database_.get()) != 0;
}

std::vector<disk_index::entry> disk_index::least_recently_used(std::size_t limit, std::size_t skipped) {
    std::vector<entry> found;
    const std::lock_guard lock{mutex_};
    query q{*this, oldest_};
    q.with(static_cast<std::int64_t>(limit)).with(static_cast<std::int64_t>(skipped));
    while (q.next()) found.push_back({q.bytes(0), static_cast<std::uint64_t>(q.number(1))});
    return found;
}

std::uint64_t disk_index::total_bytes() {
    const std::lock_guard lock{mutex_};
    query q{*this, total_};
    q.next();
    return static_cast<std::uint64_t>(q.number(0));
}

}  // namespace berth::cache
