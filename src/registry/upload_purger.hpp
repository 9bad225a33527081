#pragma once

#include "base/counter.hpp"
#include "oci/names.hpp"
#include "registry/periodic_turn.hpp"
#include "registry/upload_store.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace berth::registry {

/// Removes what is left of uploads whose process has ended before them, this program's and registry:2's: their folders,
/// and what the store keeps out of sight of files that were never finished. Nothing goes that is younger than the
/// options say by the store's own dates, nor an upload of this process.
///
/// Lifetime: driver and uploads outlive the purger.
class upload_purger {
public:
    struct options {
        std::chrono::nanoseconds age = std::chrono::hours{168};
        std::chrono::nanoseconds interval = std::chrono::hours{24};
        bool dry_run = false;  ///< Only says what would go.
    };
    /// Since the start. Thread-safe.
    struct counters {
        counter uploads;     ///< Folders that were removed.
        counter unfinished;  ///< Unfinished files that were removed.
        counter failures;    ///< What could not be removed, and looks that broke off.
    };

    upload_purger(storage::driver& driver, upload_store& uploads, options options);

    const counters& counted() const { return counted_; }

    /// Looks once in each interval, one of the nodes for all: what two do at once is done once.
    awaitable<void> run();

    /// The same once: returns the time to wait until the next look, this node's or another one's. Does not throw
    /// storage::error: what fails is logged and counted.
    awaitable<std::chrono::nanoseconds> take_turn();

    /// Removes what was begun before that time. Throws storage::error when a listing fails.
    awaitable<void> purge(wall_time older_than);

private:
    awaitable<void> purge_folder_of(const oci::repository_name& name, bool has_uploads, wall_time older_than);
    awaitable<void> purge_upload(const oci::repository_name& name, const std::string& uuid, wall_time older_than);
    awaitable<void> try_to_purge_upload(const oci::repository_name& name, const std::string& uuid,
                                        wall_time older_than);
    awaitable<std::optional<wall_time>> last_sign_of(const oci::repository_name& name, const std::string& uuid,
                                                     wall_time older_than);
    awaitable<void> purge_unfinished(wall_time older_than);
    awaitable<void> try_to_remove(const storage::unfinished_file& one);
    awaitable<bool> is_abandoned(const storage::unfinished_file& one, wall_time older_than);

    storage::driver& driver_;
    upload_store& uploads_;
    const options options_;
    periodic_turn turn_;
    counters counted_;
};

}  // namespace berth::registry
