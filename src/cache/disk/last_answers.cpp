#include "cache/disk/last_answers.hpp"

#include "base/log.hpp"

#include <boost/asio/steady_timer.hpp>

namespace berth::cache {

namespace {

using query = database::query;

/// An answer that was written so lately is not written again.
constexpr std::int64_t fresh_seconds = 60;
/// While so many writes wait for a disk that does not keep up, no more is noted.
constexpr std::size_t most_waiting = 4096;
/// Of each table.
constexpr std::int64_t most_rows = 500'000;
constexpr std::int64_t most_manifest_bytes = 256 * 1024 * 1024;

constexpr const char* tables = R"(
    CREATE TABLE IF NOT EXISTS tags (repository TEXT, tag TEXT, digest TEXT NOT NULL, seen INTEGER NOT NULL,
                                     PRIMARY KEY (repository, tag)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS held (repository TEXT, kind INTEGER, digest TEXT, size INTEGER NOT NULL,
                                     seen INTEGER NOT NULL, PRIMARY KEY (repository, kind, digest)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS manifests (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL, seen INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS tags_by_age ON tags (seen);
    CREATE INDEX IF NOT EXISTS held_by_age ON held (seen);
    CREATE INDEX IF NOT EXISTS manifests_by_age ON manifests (seen);
)";

std::int64_t number_of(holdings::kind what) {
    return what == holdings::kind::manifest ? 1 : 2;
}

std::string key_of(const oci::repository_name& name, const oci::tag& tag) {
    return name.str() + ':' + tag.str();
}

std::string key_of(holdings::kind what, const oci::repository_name& name, const oci::digest& digest) {
    return name.str() + (what == holdings::kind::manifest ? "@m" : "@b") + digest.str();
}

}  // namespace

last_answers::last_answers(options options) : options_{std::move(options)}, database_{options_.file} {
    database_.run(tables);
    put_tag_ = database_.prepare("INSERT OR REPLACE INTO tags (repository, tag, digest, seen) VALUES (?, ?, ?, ?)");
    remove_tag_ = database_.prepare("DELETE FROM tags WHERE repository = ? AND tag = ?");
    find_tag_ = database_.prepare("SELECT digest, seen FROM tags WHERE repository = ? AND tag = ? AND seen >= ?");
    put_held_ =
        database_.prepare("INSERT OR REPLACE INTO held (repository, kind, digest, size, seen) VALUES (?, ?, ?, ?, ?)");
    remove_held_ = database_.prepare("DELETE FROM held WHERE repository = ? AND kind = ? AND digest = ?");
    find_held_ =
        database_.prepare("SELECT size FROM held WHERE repository = ? AND kind = ? AND digest = ? AND seen >= ?");
    put_manifest_ = database_.prepare("INSERT OR REPLACE INTO manifests (digest, bytes, seen) VALUES (?, ?, ?)");
    find_manifest_ = database_.prepare("SELECT bytes FROM manifests WHERE digest = ?");
    find_repository_ = database_.prepare("SELECT 1 FROM held WHERE repository = ? AND seen >= ? LIMIT 1");
}

last_answers::~last_answers() = default;

std::int64_t last_answers::now() const {
    return std::chrono::system_clock::to_time_t(options_.now());
}

std::int64_t last_answers::oldest() const {
    return now() - options_.lifetime.count();
}

last_answers::epoch_number last_answers::epoch() const {
    const std::lock_guard lock{mutex_};
    return epoch_;
}

void last_answers::note(std::string key, const std::string& value, std::int64_t when, epoch_number asked,
                        std::function<void()> write) {
    const std::lock_guard lock{mutex_};
    if (asked != epoch_ || waiting_ >= most_waiting) return;
    const noted* known = noted_.find(key);
    if (known && known->value == value && when < known->when + fresh_seconds) return;
    noted_.put(std::move(key), {value, when});
    write_soon(std::move(write));
}

void last_answers::remove(const std::string& key, why reason, std::function<void()> write) {
    const std::lock_guard lock{mutex_};
    if (reason == why::deleted) ++epoch_;
    noted_.erase(key);
    write_soon(std::move(write));
}

void last_answers::write_soon(std::function<void()> write) {
    ++waiting_;
    pool_.post([this, write = std::move(write)] {
        try {
            write();
        } catch (const std::exception& error) {
            log::warn("what the storage says cannot be kept for the time when it is away", {{"because", error.what()}});
        }
        --waiting_;
    });
}

void last_answers::note_tag(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest,
                            epoch_number asked) {
    const std::int64_t when = now();
    note(key_of(name, tag), manifest.str(), when, asked, [this, name, tag, digest = manifest.str(), when] {
        query q{put_tag_};
        q.with(name.str()).with(tag.str()).with(digest).with(when).run();
    });
}

void last_answers::note_manifest(const oci::repository_name& name, const oci::digest& digest,
                                 std::shared_ptr<const verified_manifest> manifest, std::vector<named_blob> vouched_for,
                                 epoch_number asked) {
    const std::int64_t when = now();
    const auto write = [this, name, digest, manifest = std::move(manifest), blobs = std::move(vouched_for), when] {
        const std::string text = digest.str();
        database::transaction change{database_};
        put_holding(kind::manifest, name.str(), digest, manifest->bytes.size(), when);
        for (const named_blob& blob : blobs) put_holding(kind::blob, name.str(), blob.digest, blob.size_bytes, when);
        {
            query q{put_manifest_};
            q.with(text).with_bytes(manifest->bytes).with(when).run();
        }
        change.commit();
    };
    note(key_of(kind::manifest, name, digest), {}, when, asked, write);
}

void last_answers::note_blob(const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes,
                             epoch_number asked) {
    const std::int64_t when = now();
    note(key_of(kind::blob, name, digest), {}, when, asked,
         [this, name, digest, size_bytes, when] { put_holding(kind::blob, name.str(), digest, size_bytes, when); });
}

void last_answers::put_holding(kind what, const std::string& name, const oci::digest& digest, std::uint64_t size_bytes,
                               std::int64_t when) {
    const std::string text = digest.str();
    query q{put_held_};
    q.with(name).with(number_of(what)).with(text).with(static_cast<std::int64_t>(size_bytes)).with(when).run();
}

void last_answers::doubt_tag(const oci::repository_name& name, const oci::tag& tag) {
    remove_tag(name, tag, why::doubted);
}

void last_answers::forget_tag(const oci::repository_name& name, const oci::tag& tag) {
    remove_tag(name, tag, why::deleted);
}

void last_answers::remove_tag(const oci::repository_name& name, const oci::tag& tag, why reason) {
    remove(key_of(name, tag), reason, [this, name, tag] {
        query q{remove_tag_};
        q.with(name.str()).with(tag.str()).run();
    });
}

void last_answers::doubt(kind what, const oci::repository_name& name, const oci::digest& digest) {
    remove(what, name, digest, why::doubted);
}

void last_answers::forget(kind what, const oci::repository_name& name, const oci::digest& digest) {
    remove(what, name, digest, why::deleted);
}

void last_answers::remove(kind what, const oci::repository_name& name, const oci::digest& digest, why reason) {
    remove(key_of(what, name, digest), reason, [this, what, name, text = digest.str()] {
        query q{remove_held_};
        q.with(name.str()).with(number_of(what)).with(text).run();
    });
}

template <class Work>
auto last_answers::read(Work work) -> awaitable<std::invoke_result_t<Work&>> {
    try {
        co_return co_await pool_.run(std::move(work));
    } catch (const std::runtime_error& error) {
        log::warn("what the storage has last said cannot be read", {{"because", error.what()}});
    }
    co_return std::invoke_result_t<Work&>{};
}

awaitable<std::optional<last_answers::known_tag>> last_answers::find_tag(oci::repository_name name, oci::tag tag) {
    const auto look = [&]() -> std::optional<known_tag> {
        query q{find_tag_};
        if (!q.with(name.str()).with(tag.str()).with(oldest()).next()) return std::nullopt;
        const auto digest = oci::digest::parse(q.bytes(0));
        if (!digest) return std::nullopt;
        return known_tag{*digest, std::chrono::system_clock::from_time_t(q.number(1))};
    };
    co_return co_await read(look);
}

std::optional<std::uint64_t> last_answers::held(kind what, const std::string& name, const std::string& digest) {
    query q{find_held_};
    if (!q.with(name).with(number_of(what)).with(digest).with(oldest()).next()) return std::nullopt;
    return static_cast<std::uint64_t>(q.number(0));
}

awaitable<std::optional<std::string>> last_answers::find_manifest(oci::repository_name name, oci::digest digest) {
    const auto look = [&]() -> std::optional<std::string> {
        const std::string text = digest.str();
        if (!held(kind::manifest, name.str(), text)) return std::nullopt;
        return bytes_of(text);
    };
    co_return co_await read(look);
}

awaitable<std::optional<std::string>> last_answers::find_bytes(oci::digest digest) {
    const auto look = [&] { return bytes_of(digest.str()); };
    co_return co_await read(look);
}

std::optional<std::string> last_answers::bytes_of(const std::string& digest) {
    query q{find_manifest_};
    if (!q.with(digest).next()) return std::nullopt;
    return q.bytes(0);
}

awaitable<std::optional<std::uint64_t>> last_answers::find_blob(oci::repository_name name, oci::digest digest) {
    const auto look = [&] { return held(kind::blob, name.str(), digest.str()); };
    co_return co_await read(look);
}

awaitable<bool> last_answers::knows(oci::repository_name name) {
    const auto look = [&] {
        query q{find_repository_};
        return q.with(name.str()).with(oldest()).next();
    };
    co_return co_await read(look);
}

awaitable<void> last_answers::tidy() {
    const auto remove_old = [&]() -> bool {
        const auto remove = [&](const char* text, std::int64_t bound) {
            const auto prepared = database_.prepare(text);
            query q{prepared};
            q.with(bound).run();
        };
        for (const char* text : {"DELETE FROM tags WHERE seen < ?", "DELETE FROM held WHERE seen < ?",
                                 "DELETE FROM manifests WHERE seen < ?"})
            remove(text, oldest());
        remove("DELETE FROM tags WHERE seen <= (SELECT seen FROM tags ORDER BY seen DESC LIMIT 1 OFFSET ?)", most_rows);
        remove("DELETE FROM held WHERE seen <= (SELECT seen FROM held ORDER BY seen DESC LIMIT 1 OFFSET ?)", most_rows);
        remove(
            "DELETE FROM manifests WHERE seen <= (SELECT max(seen) FROM (SELECT seen, sum(length(bytes)) OVER "
            "(ORDER BY seen DESC, digest) AS total FROM manifests) WHERE total > ?)",
            most_manifest_bytes);
        return true;
    };
    co_await read(remove_old);
}

awaitable<void> last_answers::run() {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        co_await tidy();
        timer.expires_after(std::chrono::hours{1});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<void> last_answers::flush() {
    const auto nothing = [] {};
    co_await pool_.run(nothing);
}

}  // namespace berth::cache
