#pragma once

#include "base/lru_map.hpp"
#include "oci/digest.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace berth::cache {

struct named_blob {
    oci::digest digest;
    std::uint64_t size_bytes = 0;
};

/// The bytes of a manifest, which hash to its digest, and what was read from them once.
struct verified_manifest {
    std::string bytes;
    std::string media_type;

    /// The config and layers that a repository with this manifest holds too.
    std::vector<named_blob> blobs;
};

/// Manifests by digest. They are content and never change, so they have no lifetime; whether a repository holds one is
/// not said here. The least recently used goes when all together would take more than `max_bytes`. Thread-safe.
class manifest_cache {
public:
    explicit manifest_cache(std::size_t max_bytes) : max_bytes_{max_bytes}, manifests_{max_bytes} {}

    /// null when it is not here.
    std::shared_ptr<const verified_manifest> find(const oci::digest& digest);
    void put(const oci::digest& digest, std::shared_ptr<const verified_manifest> manifest);

private:
    const std::size_t max_bytes_;
    std::mutex mutex_;
    lru_map<std::shared_ptr<const verified_manifest>> manifests_;  // guarded by mutex_
};

}  // namespace berth::cache
