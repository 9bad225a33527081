#pragma once

#include "registry/collection_report.hpp"
#include "registry/reference_marker.hpp"
#include "registry/running_collection.hpp"
#include "registry/unreferenced_since.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

/// Removes the blobs that nothing refers to, and if told to the manifests that have no tag (but never what a kept index
/// lists, nor a referrer of what is kept), while any number of nodes push, pull and delete. First everything is read,
/// and nothing is removed where anything of it is in doubt.
///
/// Its memory is that of its reference_marker, and some 100 bytes for each blob that nothing refers to. Not
/// thread-safe. Source: docs/adr/0022-collecting-beside-writers.md.
///
/// Lifetime: the driver outlives the collector.
class garbage_collector {
public:
    struct counts {
        std::uint64_t repositories = 0;  ///< Read.
        std::uint64_t marked = 0;     ///< Blobs that stay, manifests among them, whether their bytes are there or not.
        std::uint64_t manifests = 0;  ///< Removed from a repository, or to be.
        std::uint64_t blobs = 0;      ///< Removed, or to be.
        std::uint64_t bytes = 0;      ///< Of these blobs.
        std::uint64_t waiting = 0;    ///< Blobs that nothing refers to, not for long enough yet.
        std::uint64_t done = 0;       ///< How many manifests and blobs have been dealt with by now.
        std::uint64_t kept = 0;       ///< Of these, how many stay because somebody began to count on them meanwhile.
        std::uint64_t restored = 0;   ///< Blobs that were in the trash, and are needed.
        std::uint64_t in_trash = 0;   ///< Blobs that are there, at the end.
        std::uint64_t in_trash_bytes = 0;
    };
    struct options {
        bool delete_untagged = false;
        bool dry_run = false;
        /// What is younger stays: a push may be about to refer to it.
        std::chrono::seconds grace = std::chrono::hours{24};
        /// A blob goes when another collection has found it unreferenced so long ago. Zero: at once.
        std::chrono::seconds quarantine = std::chrono::hours{24};
        /// How long a removed blob can come back. Zero: there is no trash.
        std::chrono::seconds trash_retention = std::chrono::hours{7 * 24};
        /// Whatever the numbers look like.
        bool force = false;
        collection_guards guards{};
        /// What registry:2 prints, line by line, if set.
        std::function<void(const std::string&)> on_line{};
        /// Called now and then, if set.
        std::function<void(const counts&)> on_progress{};
        /// Called for everything that keeps the collection from removing, with its key and what to do, if set.
        std::function<void(const std::string&)> on_problem{};
    };

    garbage_collector(storage::driver& driver, options options);

    /// Throws storage::error when the store fails or cannot carry a removal beside writers, and, nothing removed, after
    /// a problem, when there is no repository, or when so much would go that something must be wrong. To be called
    /// once.
    awaitable<counts> collect();

private:
    /// A blob that nothing refers to.
    struct candidate {
        oci::digest digest;
        std::uint64_t size_bytes;
    };
    struct seen_mark {
        storage::path file;
        wall_time modified;
    };
    struct seen_blob {
        std::optional<storage::listed_file> data;
        std::vector<seen_mark> marks;
    };

    awaitable<void> run();
    awaitable<void> try_the_store();
    awaitable<void> clean_up();

    wall_time so_long_before_now(std::chrono::seconds age) const;
    awaitable<void> find_candidates();
    awaitable<void> look_at(const oci::digest& digest, const seen_blob& seen);
    awaitable<bool> clear_stale(const std::vector<seen_mark>& marks);
    bool is_stale(const seen_mark& mark, const std::vector<running_collection>& running) const;
    awaitable<void> hold_back_new_ones();
    awaitable<void> check_limits();
    void list_candidates();

    awaitable<void> remove_manifests();
    awaitable<void> clear_stale_beside(const collected_file& what);
    awaitable<void> remove_manifest(const reference_marker::doomed_manifest& one);
    awaitable<void> remove_from_history(const reference_marker::doomed_manifest& one, const std::string& entry);
    awaitable<void> remove_blobs();
    awaitable<void> pardon_others();
    awaitable<void> remove_blob(const candidate& one);
    awaitable<void> condemn_all(std::vector<collected_file> all);
    awaitable<void> condemn(const collected_file& what);
    awaitable<bool> reclaim(const collected_file& what, std::vector<storage::path> others);
    awaitable<void> renew();
    awaitable<void> look_through_trash();
    awaitable<void> remove_old_intents();
    awaitable<void> report();

    void check_problems() const;
    void say(const std::string& line) const;
    void report_progress() const;

    storage::driver& driver_;
    const options options_;
    running_collection self_;
    counts counts_;
    collection_report report_;
    std::optional<reference_marker> marker_;
    reclaimer reclaimer_;
    std::vector<candidate> candidates_;
    std::chrono::steady_clock::time_point next_renewal_{};
    std::map<storage::path, collected_file> condemned_;  // and not dealt with yet; by file
};

}  // namespace berth::registry
