#include "registry/manifest_graph.hpp"

#include <utility>
#include <vector>

namespace berth::registry {

void manifest_graph::add(const oci::digest& digest, manifest what) {
    if (what.refers_to.subject) referrers_.emplace(*what.refers_to.subject, digest);
    manifests_.emplace(digest, std::move(what));
}

const manifest_graph::manifest* manifest_graph::find(const oci::digest& digest) const {
    const auto found = manifests_.find(digest);
    return found == manifests_.end() ? nullptr : &found->second;
}

void manifest_graph::keep(const oci::digest& digest) {
    std::vector<oci::digest> waiting{digest};
    while (!waiting.empty()) {
        const oci::digest next = std::move(waiting.back());
        waiting.pop_back();
        const auto found = manifests_.find(next);
        if (found == manifests_.end() || std::exchange(found->second.is_kept, true)) continue;
        const auto& listed = found->second.refers_to.manifests;
        waiting.insert(waiting.end(), listed.begin(), listed.end());
        const auto [first, last] = referrers_.equal_range(next);
        for (auto at = first; at != last; ++at) waiting.push_back(at->second);
    }
}

void manifest_graph::keep_all() {
    for (auto& [digest, what] : manifests_) what.is_kept = true;
}

}  // namespace berth::registry
