#pragma once

#include "cache/blob_traffic.hpp"
#include "cache/disk/disk_cache.hpp"
#include "cache/node_memory.hpp"
#include "oci/error.hpp"
#include "registry/keeper.hpp"
#include "registry/known_holders.hpp"
#include "storage/layout.hpp"

#include <atomic>
#include <chrono>
#include <optional>

namespace berth::registry {

/// A blob as a repository holds it.
struct blob {
    oci::digest digest;
    std::uint64_t size_bytes = 0;
    /// Where its bytes lie when that is not under its own digest: registry:2 keeps what is pushed by a sha512 digest
    /// under the sha256 one, and says so in the link.
    std::optional<oci::digest> stored_as{};
    bool is_recalled = false;  ///< What this node remembers, not what the store says.

    const oci::digest& place() const { return stored_as ? *stored_as : digest; }
};

/// The blobs of all repositories. A blob's bytes lie once in the store; a repository holds a blob by a link of its own,
/// and only through that link is it readable. Thread-safe.
///
/// Lifetime: driver, memory and disk outlive the store; memory and disk may be null.
class blob_store {
public:
    blob_store(storage::driver& driver, cache::node_memory* memory, cache::disk_cache* disk = nullptr)
        : driver_{driver}, keeper_{driver}, memory_{memory}, disk_{disk} {}

    /// Asks the store, whatever this node remembers: what a push depends on. blob_unknown where link or bytes are
    /// missing.
    awaitable<oci::outcome<blob>> stat(const oci::repository_name& name, const oci::digest& digest);

    /// Whether `name` holds the blob, for a push that counts on it: what keeper::keep says of its bytes.
    awaitable<bool> keep(const oci::repository_name& name, const oci::digest& digest, keeper& with);

    /// For a read: the same as stat, and while the store is away what it has last said.
    awaitable<oci::outcome<blob>> find(const oci::repository_name& name, const oci::digest& digest);

    /// For a read: what this node knows without asking.
    std::optional<blob> recall(const oci::repository_name& name, const oci::digest& digest);

    /// For a read: what other nodes have lately been told by the store, where this one shares such knowledge with them.
    awaitable<std::optional<blob>> recall_shared(const oci::repository_name& name, const oci::digest& digest);

    /// The bytes of a blob that stat, recall or recall_shared returned. blob_unknown when they are gone by now; of what
    /// was recalled also when they are not as they were remembered: then stat tells.
    awaitable<oci::outcome<storage::open_file>> open(const oci::repository_name& name, const blob& what,
                                                     storage::byte_range range);

    struct opened {
        blob what;
        storage::open_file file;
    };
    /// Asks the store for the link and, beside it, for all bytes. blob_unknown where one of them is missing. While the
    /// store is away: the bytes on this node's disk, where the store has last said that the repository holds them.
    awaitable<oci::outcome<opened>> open_whole(const oci::repository_name& name, const oci::digest& digest);

    /// Whether this node keeps blobs on its disk.
    bool has_disk() const { return disk_ != nullptr; }

    /// Brings a range of a blob onto this node's disk for nobody who reads it, and waits until it is there. The disk
    /// must be there; whether some repository holds the blob is not asked. What a manifest says of the blob will do for
    /// `what`: its size is compared with the store's. Throws only when it is cancelled.
    awaitable<cache::brought> bring(const blob& what, storage::byte_range range);

    /// Whether somebody reads a blob whose bytes the store has not sent yet; of those the disk does not keep, only the
    /// beginning.
    bool has_waiting_readers() const { return opening_ != 0 || (disk_ && disk_->has_waiting_readers()); }

    /// A URL that gives the bytes without this registry, where the driver has such a thing. A secret: never log it.
    std::optional<std::string> presigned_get(const blob& what, std::chrono::seconds lifetime);

    /// Lets `name` hold a blob that `from` holds. blob_unknown when `from` does not.
    awaitable<oci::outcome<blob>> mount(const oci::repository_name& name, const oci::repository_name& from,
                                        const oci::digest& digest);

    /// A repository that this process has lately seen to hold it: from there it may be mounted, if it still does.
    std::optional<oci::repository_name> known_holder(const oci::digest& digest) { return holders_.find(digest); }

    /// Takes the blob away from the repository. The bytes stay: others may hold them. blob_unknown when it had no link.
    awaitable<oci::outcome<void>> remove(const oci::repository_name& name, const oci::digest& digest);

    /// Writes the link. The bytes must be there.
    awaitable<void> link(const oci::repository_name& name, const blob& what);

    /// What all reads of blobs have got.
    cache::blob_traffic& traffic() { return traffic_; }

private:
    awaitable<oci::outcome<opened>> ask_and_open(const oci::repository_name& name, const oci::digest& digest);
    awaitable<std::optional<oci::outcome<blob>>> last_known(const oci::repository_name& name,
                                                            const oci::digest& digest);
    awaitable<std::optional<oci::outcome<opened>>> open_last_known(const oci::repository_name& name,
                                                                   const oci::digest& digest);
    cache::reopen from_store(const oci::digest& place);
    awaitable<std::unique_ptr<async::byte_source>> read_on(oci::digest place, storage::byte_range range);
    awaitable<std::optional<storage::open_file>> open_in_store(const oci::digest& place, storage::byte_range range);
    awaitable<std::optional<storage::open_file>> open_bytes(const oci::digest& place, storage::byte_range range,
                                                            std::optional<std::uint64_t> size_bytes,
                                                            cache::blob_meter meter);
    struct glimpse;
    awaitable<glimpse> look_for(const oci::digest& place);
    awaitable<storage::open_file> serve(const oci::digest& place, storage::byte_range range, storage::open_file stored,
                                        cache::blob_meter meter);
    awaitable<std::optional<oci::digest>> read_place(const oci::repository_name& name, const oci::digest& digest);
    cache::node_memory::epoch epoch() const { return memory_ ? memory_->now() : cache::node_memory::epoch{}; }
    void remember(const oci::repository_name& name, const blob& what, const cache::node_memory::epoch& asked);
    void doubt(const oci::repository_name& name, const oci::digest& digest);

    storage::driver& driver_;
    keeper keeper_;
    cache::node_memory* memory_;
    cache::disk_cache* disk_;
    cache::blob_traffic traffic_;
    std::atomic<int> opening_ = 0;  // readers to whom the store has not said a word yet
    known_holders holders_{10'000};
};

}  // namespace berth::registry
