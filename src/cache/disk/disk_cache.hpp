#pragma once

#include "async/task_group.hpp"
#include "base/counter.hpp"
#include "base/lru_map.hpp"
#include "base/result.hpp"
#include "cache/disk/cached_file.hpp"
#include "cache/disk/disk_index.hpp"
#include "cache/disk/fetched_ahead.hpp"
#include "cache/disk/filling.hpp"
#include "oci/digest.hpp"

#include <atomic>
#include <map>

namespace berth::cache {

/// What became of a blob, or of part of it, that was to be brought onto the disk.
struct brought {
    enum class state {
        here,  ///< All of what was asked for is on the disk; where that is the whole blob: verified and in the index.
        does_not_fit,
        failed,
    };
    state is = state::here;
    std::string why{};  ///< In the other two cases, for the log or the one who asked.
};

/// Blobs on this node's own disk, in front of whatever driver. It knows content and nothing else: whether a repository
/// holds a blob is for others to ask, and so is everything that a push depends on.
///
///     DIR/index.sqlite             what there is: digest, size, checksums, last use
///     DIR/blobs/ab/sha256-ab12...  blobs that were verified against their digest
///     DIR/partial/                 blobs on their way; what a start finds there is put into DIR/left/, to be removed
///     DIR/lock                     held by the one process that uses the folder
///
/// Whatever goes wrong with the disk, a blob is read from the store then. Thread-safe.
///
/// Lifetime: goes before the event loops and after stop().
class disk_cache {
public:
    struct options {
        std::string directory;
        std::uint64_t max_bytes = 0;
        std::function<void()> before_write{};  ///< For tests: called before bytes of a blob go to the disk.
    };
    /// Throws storage::error with one line for the operator: the folder cannot be used, or another process uses it.
    explicit disk_cache(options options);
    ~disk_cache();

    /// A blob that is here, or on its way; nothing when it is neither, or has not `size_bytes` where they are given.
    /// `from_store` reads on where this cannot. The reader's bytes are counted in `meter`, here and by keep().
    awaitable<std::optional<storage::open_file>> open(const oci::digest& digest, storage::byte_range range,
                                                      std::optional<std::uint64_t> size_bytes, reopen from_store,
                                                      blob_meter meter);

    /// Reads a blob that is not here: `opened` is the range of it, from the store. Keeps it on the way, when it fits.
    awaitable<std::unique_ptr<async::byte_source>> keep(const oci::digest& digest, std::uint64_t size_bytes,
                                                        storage::byte_range range,
                                                        std::unique_ptr<async::byte_source> opened, reopen from_store,
                                                        blob_meter meter);

    /// The same for nobody who reads: waits until the range is on the disk, however long store and disk take. Whoever
    /// reads the blob meanwhile shares what comes. `opened`: the range from the store, or null; then it is opened when
    /// it is needed. Throws only when it is cancelled: what it has begun goes on then.
    awaitable<brought> bring(const oci::digest& digest, std::uint64_t size_bytes, storage::byte_range range,
                             reopen from_store, std::unique_ptr<async::byte_source> opened = nullptr);

    /// Whether it is on its way and part of this range has not arrived: then open() needs the store.
    bool lacks(const oci::digest& digest, storage::byte_range range);

    /// Whether it is here, or on its way.
    awaitable<bool> has(const oci::digest& digest);

    /// What of it is on the disk now.
    awaitable<std::uint64_t> bytes_here(oci::digest digest);

    /// Whether a reader waits for bytes that are on their way.
    bool has_waiting_readers() const;

    /// What bring() is used for ahead of clients. open() and the end of a blob are noted here.
    fetched_ahead& ahead() { return ahead_; }
    const fetched_ahead& ahead() const { return ahead_; }

    /// What all blobs that are here or on their way take, at most max_bytes().
    std::uint64_t used_bytes() const;
    std::uint64_t max_bytes() const { return options_.max_bytes; }
    /// How many blobs are here.
    std::uint64_t entries() const;

    /// Of blobs that were here, since the start.
    struct statistics {
        counter evicted, evicted_bytes;  ///< Made way for others.
        counter damaged;                 ///< Were not, or not any more, what had been put here.
    };
    const statistics& counted() const { return counted_; }

    /// Blobs that make no way for others: those of an image, say, whose name the pins have. They may be still to come.
    /// In the place of what was pinned under that name before; kept over a restart. False when all that is pinned would
    /// be more than max_bytes(): then nothing has changed. All three throw std::runtime_error when the disk fails.
    awaitable<bool> pin(std::string name, std::vector<disk_index::entry> blobs);
    /// False when nothing was pinned under that name.
    awaitable<bool> unpin(std::string name);
    awaitable<std::vector<disk_index::pinned_name>> pins();

    /// Removes files that the index does not know: a crash can leave some behind. Takes its time.
    awaitable<void> tidy();

    /// Ends what still fills; false when something did not end. Nothing may be asked afterwards.
    awaitable<bool> stop();

private:
    std::string blob_file(const std::string& digest) const;
    awaitable<std::shared_ptr<cached_file>> find(std::string digest);
    std::shared_ptr<cached_file> load(const std::string& digest);
    std::unique_ptr<async::byte_source> open_cached(std::shared_ptr<cached_file> file, storage::byte_range range,
                                                    reopen from_store, blob_origin kept_from, blob_meter meter);
    void drop_damaged(const std::string& digest, std::uint64_t size_bytes);
    bool drop(const std::string& digest, std::uint64_t size_bytes);
    std::shared_ptr<filling> find_filling(const std::string& digest);
    std::unique_ptr<async::byte_source> join(std::shared_ptr<filling> of, const std::string& digest,
                                             storage::byte_range range, std::unique_ptr<async::byte_source> opened,
                                             reopen from_store, blob_meter meter,
                                             const asio::any_io_executor& executor);
    struct begun {
        std::shared_ptr<filling> of;
        brought instead{};  ///< Where there is none.
    };
    begun begin_filling(const std::string& digest, std::uint64_t size_bytes, reopen from_store);
    std::optional<std::uint64_t> size_in_index(const std::string& digest);
    bool take_room(std::uint64_t size_bytes);
    bool make_room(std::uint64_t size_bytes);
    bool forget_idle_filling(std::int64_t before);
    std::size_t fillings() const;
    awaitable<void> fill(std::string digest, std::shared_ptr<filling> of, filling::worker* worker);
    result<std::shared_ptr<cached_file>, std::string> admit(const std::string& digest, filling& of);
    using fillings_by_digest = std::map<std::string, std::shared_ptr<filling>>;
    void forget(const std::string& digest, const std::shared_ptr<filling>& of);
    void forget(fillings_by_digest::iterator at);  // with mutex_ held
    void remember(std::shared_ptr<cached_file> file);
    bool is_in_use(const std::string& digest);
    void write_uses();

    const options options_;
    statistics counted_;
    fetched_ahead ahead_;
    storage::unique_fd lock_;
    std::unique_ptr<disk_index> index_;
    async::blocking_pool pool_{4};
    async::blocking_pool verifier_{1};
    async::task_group work_;
    std::atomic<bool> stopping_ = false;

    mutable std::mutex mutex_;                         // guards all below
    lru_map<std::shared_ptr<cached_file>> open_{256};  // by digest: a file stays good as long as it is open
    fillings_by_digest filling_;
    std::uint64_t used_ = 0;
    std::uint64_t entries_ = 0;
};

}  // namespace berth::cache
