#pragma once

#include "async/task_group.hpp"
#include "base/lru_map.hpp"
#include "registry/warm_job.hpp"

#include <memory>
#include <mutex>

namespace berth::registry {

/// Brings images into this node's disk cache ahead of those who will pull them, and keeps them there where they are
/// pinned. An image for a platform has one job at a time. Thread-safe.
///
/// Lifetime: the stores outlive it; stop() before it goes.
class image_warmer {
public:
    explicit image_warmer(warm_job::stores stores) : stores_{stores} {}

    /// The job that is under way, or a new one, which runs on `executor`.
    std::shared_ptr<warm_job> start(const warm_job::target& of, bool pin, const asio::any_io_executor& executor);
    /// The last job, also one that has ended; null where there was none, or it is long ago.
    std::shared_ptr<warm_job> find(const warm_job::target& of);

    /// False when the image was not pinned. Both throw std::runtime_error when the disk fails.
    awaitable<bool> unpin(const oci::image_reference& image) { return stores_.disk.unpin(image.str()); }
    awaitable<std::vector<cache::disk_index::pinned_name>> pins() { return stores_.disk.pins(); }

    /// Ends all jobs; false when one did not end.
    awaitable<bool> stop();

private:
    const warm_job::stores stores_;
    async::task_group running_;
    std::mutex mutex_;
    lru_map<std::shared_ptr<warm_job>> jobs_{256};  // by target; guarded by mutex_
};

}  // namespace berth::registry
