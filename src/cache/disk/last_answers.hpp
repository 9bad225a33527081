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
#include <vector>

namespace berth::cache {

/// What the store has last said of tags, manifests and who holds what, on this node's disk: for a read at a time when
/// the store does not answer, and for nothing else. An answer is good for options::lifetime after the store gave it.
///
/// What is noted is written by a thread of its own, soon; who notes it does not wait, and a disk that fails costs a
/// line in the log. One that does not keep up costs notes, and nothing that is to be removed. Thread-safe.
///
/// An answer of the store may be old by the time it is noted, and must not bring back what was deleted through this
/// node meanwhile. So who asks the store takes the epoch() before, and hands it in with the answer: it is not noted
/// where something was forgotten since.
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
    using epoch_number = std::uint64_t;

    epoch_number epoch() const;

    void note_tag(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest,
                  epoch_number asked);
    /// The repository holds the manifest, and these blobs, for which it vouches.
    void note_manifest(const oci::repository_name& name, const oci::digest& digest,
                       std::shared_ptr<const verified_manifest> manifest, std::vector<named_blob> vouched_for,
                       epoch_number asked);
    void note_blob(const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes,
                   epoch_number asked);

    /// The store has said that it is not there.
    void doubt_tag(const oci::repository_name& name, const oci::tag& tag);
    void doubt(kind what, const oci::repository_name& name, const oci::digest& digest);

    /// It was deleted through this node. Call it when the store has done it, or may have.
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
    enum class why { doubted, deleted };
    void note(std::string key, const std::string& value, std::int64_t when, epoch_number asked,
              std::function<void()> write);
    void remove_tag(const oci::repository_name& name, const oci::tag& tag, why reason);
    void remove(kind what, const oci::repository_name& name, const oci::digest& digest, why reason);
    void remove(const std::string& key, why reason, std::function<void()> write);
    void write_soon(std::function<void()> write);  // with mutex_ held, so that writes come in the order of the notes
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
    mutable std::mutex mutex_;      // guards both below
    lru_map<noted> noted_{20'000};  // what was written lately and need not be written again
    epoch_number epoch_ = 0;        // counts what was forgotten

    async::blocking_pool pool_{1};  // the last: its thread ends before what it works with
};

}  // namespace berth::cache
