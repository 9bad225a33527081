#pragma once

#include "cache/disk/disk_cache.hpp"
#include "oci/image_reference.hpp"
#include "oci/platform.hpp"
#include "registry/blob_store.hpp"
#include "registry/manifest_store.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

/// Brings one image into this node's disk cache: its manifests, and its config and layers, several at once.
/// Thread-safe, but for run().
///
/// Lifetime: the stores outlive the job.
class warm_job {
public:
    struct target {
        oci::image_reference image;
        std::optional<oci::platform> platform;  ///< Of an index's manifests, which; none: all.

        std::string str() const;
    };
    struct stores {
        blob_store& blobs;
        manifest_store& manifests;
        cache::disk_cache& disk;
    };
    warm_job(target of, stores stores) : target_{std::move(of)}, stores_{stores} {}

    const target& of() const { return target_; }

    enum class milestone { resolved, ended };

    /// Once. What goes wrong is in now(), also a cancellation.
    awaitable<void> run();

    bool has_ended() const { return has_reached(milestone::ended); }
    /// Its blobs are to be pinned under the image's name. False when it has ended before.
    bool pin_too();

    enum class state {
        resolving,  ///< What the image is made of is not known yet.
        bringing,
        warm,    ///< All of it was on the disk, verified, when the job ended.
        failed,  ///< What has arrived stays where it is.
    };
    enum class trouble {
        no_such_image,
        store_away,
        does_not_fit,
        broken_off,  ///< A transfer, or the disk; another try may help.
    };
    struct failure {
        trouble is;
        std::string what;
        std::string where;  ///< The image, or the blob.
    };
    struct layer {
        oci::digest digest;
        std::string media_type;
        std::uint64_t size_bytes = 0;
        std::uint64_t bytes_here = 0;
        bool was_here = false;  ///< Before the job came to it.
        bool is_here = false;   ///< Whole and verified.
        std::optional<cache::brought> did_not_come{};
    };
    struct status {
        state is = state::resolving;
        bool pinned = false;
        std::vector<layer> layers;  ///< The config as well.
        std::optional<failure> why;
    };
    awaitable<status> now();

    /// Waits until it is reached, and at most until `deadline`.
    awaitable<void> wait_for(milestone what, std::chrono::steady_clock::time_point deadline);

private:
    struct part {
        blob what;
        layer seen;
    };

    awaitable<std::optional<failure>> work();
    awaitable<std::optional<failure>> plan();
    awaitable<void> look_up(part& one, std::optional<failure>& missing);
    awaitable<std::optional<failure>> pin();
    awaitable<void> bring(part& one);
    awaitable<std::optional<failure>> what_is_missing();
    bool is_done();
    bool has_reached(milestone what) const;

    const target target_;
    const stores stores_;

    mutable std::mutex mutex_;  // guards all below
    state state_ = state::resolving;
    bool pin_wanted_ = false;
    bool pinned_ = false;
    std::vector<part> parts_;  // which ones: fixed once it is resolved
    std::optional<failure> why_;
};

}  // namespace berth::registry
