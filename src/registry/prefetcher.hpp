#pragma once

#include "async/task_group.hpp"
#include "base/lru_map.hpp"
#include "registry/blob_store.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registry {

/// Brings the blobs of an image onto this node's disk when its manifest was served, before their client asks for them:
/// in the manifest's order, which is that in which clients unpack them, a piece at a time. It steps back before
/// whatever clients ask for themselves: a piece is begun when for some time none of them has waited for the store. What
/// is here already, or comes for somebody, is passed over. Thread-safe.
///
/// Lifetime: blobs and disk outlive it; stop() before its end.
class prefetcher {
public:
    struct options {
        std::uint64_t piece_bytes = 32 * 1024 * 1024;
        /// How far it goes ahead of what clients have asked for of an image; never more than a quarter of the cache.
        std::uint64_t most_ahead_bytes = 512 * 1024 * 1024;
        /// How long nobody must have waited for the store. A client who is quick asks within this time, and is served
        /// best by a fetch of his own: one that is cut into pieces begins slowly with each.
        std::chrono::steady_clock::duration quiet = std::chrono::milliseconds{250};
        std::size_t most_images = 4;  ///< At once; others come as they are asked for.
        /// How long it stays ahead of a client who asks for nothing, before it gives his image up.
        std::chrono::steady_clock::duration patience = std::chrono::minutes{2};
    };
    prefetcher(blob_store& blobs, cache::disk_cache& disk, options options);

    /// A client has got this manifest, and will ask for what it names. Fetches on `executor`. Of an index nothing is
    /// fetched, nor of an image that takes more than half the cache.
    void manifest_was_served(const asio::any_io_executor& executor, const oci::digest& digest, std::string_view bytes);

    /// False when something did not end.
    awaitable<bool> stop();

private:
    struct image {
        std::vector<cache::named_blob> blobs;
        std::chrono::steady_clock::time_point quiet_since{};
    };

    bool is_served_anew(const oci::digest& digest);
    awaitable<void> fetch(image of);
    awaitable<bool> fetch_blob(const cache::named_blob& what, image& of);
    awaitable<bool> wait_for_turn(image& of);
    std::uint64_t ahead_of_clients(const image& of) const;

    blob_store& blobs_;
    cache::disk_cache& disk_;
    const options options_;
    const std::uint64_t most_ahead_bytes_;
    async::task_group work_;

    std::mutex mutex_;
    lru_map<std::chrono::steady_clock::time_point> served_{1000};  // guarded by mutex_; when an image was begun
};

}  // namespace berth::registry
