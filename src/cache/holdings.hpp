#pragma once

#include "base/counter.hpp"
#include "base/lru_map.hpp"
#include "oci/digest.hpp"
#include "oci/names.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

namespace berth::cache {

/// What this node knows of which repository holds what, for a short while: other nodes write and delete as well, and
/// nobody tells. The repository is part of every key, so that what one holds opens nothing in another. That something
/// is not held is never known. Only for reads: what a push depends on is asked of the store. Thread-safe.
///
/// An answer of the store may be old by the time it is remembered, and must not bring back what was deleted through
/// this node meanwhile. So who asks the store takes the epoch() before, and hands it in with the answer.
class holdings {
public:
    using clock = std::chrono::steady_clock;
    using epoch_number = std::uint64_t;

    struct options {
        std::size_t max_entries = 10'000;                     ///< 0: no limit. An entry takes some 300 bytes.
        clock::duration lifetime = std::chrono::seconds{60};  ///< 0: nothing is known.
        std::function<clock::time_point()> now = clock::now;  ///< For tests.
    };
    explicit holdings(options options) : options_{std::move(options)}, entries_{options_.max_entries} {}

    enum class kind { manifest, blob };

    /// The size in bytes of what the repository holds; nothing where that is not known, or no longer.
    std::optional<std::uint64_t> find(kind what, const oci::repository_name& name, const oci::digest& digest);

    struct counts {
        counter asked, found;
    };
    const counts& counted() const { return counts_; }

    epoch_number epoch() const;

    /// The store has said that the repository holds it. Ignored where something was forgotten since `asked`.
    void remember(kind what, const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes,
                  epoch_number asked);

    /// A manifest that the store says the repository holds refers to this blob. That is as good as the store's word for
    /// one lifetime, and only once: where anything was ever known of the blob here, and be it that it was deleted, the
    /// next who wants it asks the store. False where that it was deleted, or is in doubt, is known here, and where
    /// something was forgotten since `asked`.
    bool vouch(const oci::repository_name& name, const oci::digest& blob, std::uint64_t size_bytes, epoch_number asked);

    /// What was known has turned out to be wrong: the store is to be asked.
    void doubt(kind what, const oci::repository_name& name, const oci::digest& digest);

    /// It was deleted through this node. Call it when the store has done it, or may have.
    void forget(kind what, const oci::repository_name& name, const oci::digest& digest);

private:
    struct entry {
        std::uint64_t size_bytes = 0;
        clock::time_point until = clock::time_point::min();
    };

    const options options_;
    counts counts_;
    mutable std::mutex mutex_;
    lru_map<entry> entries_;  // guarded by mutex_, as is the one below
    epoch_number epoch_ = 0;  // counts what was forgotten
};

}  // namespace berth::cache
