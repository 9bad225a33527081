#pragma once

#include "async/blocking.hpp"
#include "base/lru_map.hpp"
#include "base/time_format.hpp"
#include "cache/disk/database.hpp"
#include "cache/holdings.hpp"
#include "cache/manifest_cache.hpp"
#include "oci/digest.hpp"
#include "oci/names.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace berth::cache {

/// What the store has last said of tags, manifests and who holds what, on this node's disk: for a read at a time when
/// the store does not answer, and for nothing else. An answer is good for options::lifetime after the store gave it.
///
/// What is noted is written by a thread of its own, soon; who notes it does not wait, and a disk that fails costs a
/// line in the log. Thread-safe.
///
/// Lifetime: goes before the event loops.
class last_answers {
public:
    struct options {
        std::string file;
        std::chrono::seconds lifetime = std::chrono::hours{24 * 7};
        std::function<wall_time()> now = std::chrono::system_clock::now;  ///< For tests.
    };
    /// Blocks. Throws std::runtime_error, also where the file is damaged.
    explicit last_answers(options options);
    ~last_answers();

    using kind = holdings::kind;

    void note_tag(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest);
    /// The repository holds the manifest, and with `vouches` also the blobs it names.
    void note_manifest(const oci::repository_name& name, const oci::digest& digest,
                       std::shared_ptr<const verified_manifest> manifest, bool vouches);
    void note_blob(const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes);

    /// It was deleted, or turned out not to be there.
    void forget_tag(const oci::repository_name& name, const oci::tag& tag);
    void forget(kind what, const oci::repository_name& name, const oci::digest& digest);

    struct known_tag {
        oci::digest manifest;
        wall_time seen;
    };
    awaitable<std::optional<known_tag>> find_tag(oci::repository_name name, oci::tag tag);
    /// The bytes of a manifest that the repository holds: as they lie on the disk, so they are to be verified.
    awaitable<std::optional<std::string>> find_manifest(oci::repository_name name, oci::digest digest);
    /// The same whoever holds it, for one who asks the store for that.
    awaitable<std::optional<std::string>> find_bytes(oci::digest digest);
    /// The size in bytes of a blob that the repository holds.
    awaitable<std::optional<std::uint64_t>> find_blob(oci::repository_name name, oci::digest digest);
    /// Whether anything of that repository was noted.
    awaitable<bool> knows(oci::repository_name name);

    /// Removes what is too old to be used, and the oldest where there is too much.
    awaitable<void> tidy();
    /// The same now and once an hour, until cancelled.
    awaitable<void> run();
    /// Waits until all that was noted before is written.
    awaitable<void> flush();

private:
    std::int64_t now() const;
    std::int64_t oldest() const;
    bool is_news(std::string key, const std::string& value, std::int64_t when);
    void forget_news(const std::string& key);
    void write_soon(std::function<void()> write);
    template <class Work>
    auto read(Work work) -> awaitable<std::invoke_result_t<Work&>>;
    void put_holding(kind what, const std::string& name, const oci::digest& digest, std::uint64_t size_bytes,
                     std::int64_t when);
    std::optional<std::uint64_t> held(kind what, const std::string& name, const std::string& digest);
    std::optional<std::string> bytes_of(const std::string& digest);

    const options options_;
    database database_;  // on the pool's one thread, as the statements
    database::statement put_tag_, remove_tag_, find_tag_, put_held_, remove_held_, find_held_, put_manifest_,
        find_manifest_, find_repository_;
    std::atomic<std::size_t> waiting_ = 0;  // writes that are still to be done

    struct noted {
        std::string value;
        std::int64_t when = 0;
    };
    std::mutex mutex_;
    lru_map<noted> noted_{20'000};  // guarded by mutex_: what was written lately and need not be written again

    async::blocking_pool pool_{1};  // the last: its thread ends before what it works with
};

}  // namespace berth::cache
