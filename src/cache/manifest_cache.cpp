#include "cache/manifest_cache.hpp"

namespace berth::cache {

namespace {

// What an entry takes beside its bytes, and each blob in it: texts, nodes of lists and tables.
constexpr std::size_t entry_bytes = 512;
constexpr std::size_t blob_bytes = 160;

std::size_t weight_of(const verified_manifest& manifest) {
    return manifest.bytes.size() + entry_bytes + manifest.blobs.size() * blob_bytes;
}

}  // namespace

std::shared_ptr<const verified_manifest> manifest_cache::find(const oci::digest& digest) {
    const std::lock_guard lock{mutex_};
    const auto* found = manifests_.find(digest.str());
    return found ? *found : nullptr;
}

void manifest_cache::put(const oci::digest& digest, std::shared_ptr<const verified_manifest> manifest) {
    if (max_bytes_ == 0) return;
    const std::size_t weight = weight_of(*manifest);
    const std::lock_guard lock{mutex_};
    manifests_.put(digest.str(), std::move(manifest), weight);
}

}  // namespace berth::cache
