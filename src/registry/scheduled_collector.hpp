#pragma once

#include "base/counter.hpp"
#include "registry/garbage_collector.hpp"
#include "registry/periodic_turn.hpp"

namespace berth::registry {

/// Collections of garbage in a node that serves, one for all nodes over a store in each interval.
///
/// Lifetime: the driver outlives it.
class scheduled_collector {
public:
    struct options {
        std::chrono::nanoseconds interval = std::chrono::hours{24};
        bool delete_untagged = false;
        bool dry_run = false;  ///< Only says what would go, beside the node that has it go.
        std::chrono::seconds grace{};
        std::chrono::seconds quarantine{};
        std::chrono::seconds trash_retention{};
    };
    /// Since the start. Thread-safe.
    struct counters {
        counter collections;  ///< That came to their end.
        counter failures;     ///< Those that did not.
        counter manifests;    ///< That were removed from a repository.
        counter blobs;        ///< That were removed.
        counter bytes;        ///< Of these.
    };

    scheduled_collector(storage::driver& driver, options options);

    const counters& counted() const { return counted_; }

    /// Until cancelled; a collection that is under way then takes its marks back.
    awaitable<void> run();
    /// The same once: returns the time to wait until the next look. Does not throw storage::error: what fails is logged
    /// and counted.
    awaitable<std::chrono::nanoseconds> take_turn();

private:
    awaitable<void> collect();

    storage::driver& driver_;
    const options options_;
    periodic_turn turn_;
    counters counted_;
};

}  // namespace berth::registry
