#include "cache/node_memory.hpp"

namespace berth::cache {

void node_memory::remember_blob(const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes,
                                const epoch& asked) {
    held.remember(holdings::kind::blob, name, digest, size_bytes, asked.held);
    if (last) last->note_blob(name, digest, size_bytes, asked.last);
    if (shared) shared->note(name, digest, size_bytes, asked.shared);
}

void node_memory::remember_manifest(const oci::repository_name& name, const oci::digest& digest,
                                    std::shared_ptr<const verified_manifest> manifest, const epoch& asked) {
    held.remember(holdings::kind::manifest, name, digest, manifest->bytes.size(), asked.held);
    std::vector<named_blob> vouched_for;
    if (manifests_vouch)
        for (const named_blob& blob : manifest->blobs)
            if (blob.size_bytes != 0 && held.vouch(name, blob.digest, blob.size_bytes, asked.held))
                vouched_for.push_back(blob);
    if (last) last->note_manifest(name, digest, std::move(manifest), std::move(vouched_for), asked.last);
}

void node_memory::doubt(holdings::kind what, const oci::repository_name& name, const oci::digest& digest) {
    held.doubt(what, name, digest);
    if (last) last->doubt(what, name, digest);
    if (shared && what == holdings::kind::blob) shared->doubt(name, digest);
}

void node_memory::forget(holdings::kind what, const oci::repository_name& name, const oci::digest& digest) {
    held.forget(what, name, digest);
    if (last) last->forget(what, name, digest);
    if (shared && what == holdings::kind::blob) shared->forget(name, digest);
}

awaitable<void> node_memory::settle() {
    if (shared) co_await shared->settle();
}

}  // namespace berth::cache
