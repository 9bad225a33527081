#include "cache/disk/disk_index.hpp"

#include "cache/disk/block_checksums.hpp"

namespace berth::cache {

using query = database::query;

disk_index::disk_index(const std::string& file) : database_{file} {
    database_.run(
        "CREATE TABLE IF NOT EXISTS blobs (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, used INTEGER NOT NULL, "
        "checksums BLOB NOT NULL)");
    database_.run("CREATE INDEX IF NOT EXISTS blobs_by_use ON blobs (used, digest, size)");
    database_.run(
        "CREATE TABLE IF NOT EXISTS pins (name TEXT, digest TEXT, size INTEGER NOT NULL, PRIMARY KEY (name, digest)) "
        "WITHOUT ROWID");
    database_.run("CREATE INDEX IF NOT EXISTS pins_by_digest ON pins (digest)");
    find_ = database_.prepare("SELECT size, checksums FROM blobs WHERE digest = ?");
    add_ = database_.prepare("INSERT OR REPLACE INTO blobs (digest, size, checksums, used) VALUES (?, ?, ?, ?)");
    touch_ = database_.prepare("UPDATE blobs SET used = ?2 WHERE digest = ?1");
    remove_ = database_.prepare("DELETE FROM blobs WHERE digest = ?");
    oldest_ = database_.prepare(
        "SELECT digest, size, used FROM blobs WHERE digest NOT IN (SELECT digest FROM pins) ORDER BY used "
        "LIMIT ? OFFSET ?");
    total_ = database_.prepare("SELECT count(*), sum(size) FROM blobs INDEXED BY blobs_by_use");
    pin_ = database_.prepare("INSERT OR REPLACE INTO pins (name, digest, size) VALUES (?, ?, ?)");
    unpin_ = database_.prepare("DELETE FROM pins WHERE name = ?");
    pinned_bytes_ = database_.prepare("SELECT sum(size) FROM (SELECT max(size) AS size FROM pins GROUP BY digest)");
    pins_ = database_.prepare("SELECT name, count(*), sum(size) FROM pins GROUP BY name ORDER BY name");
}

std::optional<disk_index::row> disk_index::find(const std::string& digest) {
    const std::lock_guard lock{mutex_};
    query q{find_};
    if (!q.with(digest).next()) return std::nullopt;
    return row{digest, static_cast<std::uint64_t>(q.number(0)), unpack(q.bytes(1))};
}

void disk_index::add(const row& added, std::int64_t used) {
    const std::string checksums = pack(added.checksums);
    const std::lock_guard lock{mutex_};
    query q{add_};
    q.with(added.digest).with(static_cast<std::int64_t>(added.size_bytes)).with_bytes(checksums).with(used).run();
}

void disk_index::touch(const std::string& digest, std::int64_t used) {
    const std::lock_guard lock{mutex_};
    query q{touch_};
    q.with(digest).with(used).run();
}

bool disk_index::remove(const std::string& digest) {
    const std::lock_guard lock{mutex_};
    query q{remove_};
    q.with(digest).run();
    return database_.changes() != 0;
}

std::vector<disk_index::used_entry> disk_index::least_recently_used(std::size_t limit, std::size_t skipped) {
    std::vector<used_entry> found;
    const std::lock_guard lock{mutex_};
    query q{oldest_};
    q.with(static_cast<std::int64_t>(limit)).with(static_cast<std::int64_t>(skipped));
    while (q.next()) found.push_back({{q.bytes(0), static_cast<std::uint64_t>(q.number(1))}, q.number(2)});
    return found;
}

disk_index::totals disk_index::total() {
    const std::lock_guard lock{mutex_};
    query q{total_};
    q.next();
    return {static_cast<std::uint64_t>(q.number(0)), static_cast<std::uint64_t>(q.number(1))};
}

bool disk_index::pin(const std::string& name, const std::vector<entry>& pinned, std::uint64_t max_bytes) {
    const std::lock_guard lock{mutex_};
    database::transaction change{database_};
    {
        query q{unpin_};
        q.with(name).run();
    }
    for (const entry& one : pinned) {
        query q{pin_};
        q.with(name).with(one.digest).with(static_cast<std::int64_t>(one.size_bytes)).run();
    }
    {
        query q{pinned_bytes_};
        q.next();
        if (static_cast<std::uint64_t>(q.number(0)) > max_bytes) return false;
    }
    change.commit();
    return true;
}

bool disk_index::unpin(const std::string& name) {
    const std::lock_guard lock{mutex_};
    query q{unpin_};
    q.with(name).run();
    return database_.changes() != 0;
}

std::vector<disk_index::pinned_name> disk_index::pins() {
    std::vector<pinned_name> found;
    const std::lock_guard lock{mutex_};
    query q{pins_};
    while (q.next())
        found.push_back(
            {q.bytes(0), {static_cast<std::uint64_t>(q.number(1)), static_cast<std::uint64_t>(q.number(2))}});
    return found;
}

}  // namespace berth::cache
