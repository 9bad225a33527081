#pragma once

#include "cache/disk/last_answers.hpp"
#include "cache/holdings.hpp"
#include "cache/manifest_cache.hpp"

namespace berth::cache {

/// All that a node remembers of the store. Thread-safe.
///
/// Lifetime: goes before the event loops.
struct node_memory {
    struct options {
        holdings::options held{};
        std::size_t max_manifest_bytes = 16 * 1024 * 1024;  ///< 0: no manifest is kept.
        /// Whether a repository that holds a manifest holds what it refers to. False where manifests are taken without
        /// that being asked: there, to name a blob would be to read it.
        bool manifests_vouch = true;
    };
    explicit node_memory(options options)
        : held{std::move(options.held)},
          manifests{options.max_manifest_bytes},
          manifests_vouch{options.manifests_vouch} {}

    holdings held;
    manifest_cache manifests;
    const bool manifests_vouch;
    std::unique_ptr<last_answers> last{};  ///< For the time when the store is away; null: nothing is known then.
};

/// What is deleted in its scope is forgotten at its end, whether the store says that it was done or does not answer.
///
/// Lifetime: all that it is given outlives it; the memory may be null.
class forget_at_end {
public:
    forget_at_end(node_memory* memory, holdings::kind what, const oci::repository_name& name, const oci::digest& digest)
        : memory_{memory}, what_{what}, name_{name}, digest_{digest} {}
    ~forget_at_end() {
        if (memory_) memory_->held.forget(what_, name_, digest_);
        if (memory_ && memory_->last) memory_->last->forget(what_, name_, digest_);
    }
    forget_at_end(const forget_at_end&) = delete;
    forget_at_end& operator=(const forget_at_end&) = delete;

private:
    node_memory* memory_;
    holdings::kind what_;
    const oci::repository_name& name_;
    const oci::digest& digest_;
};

}  // namespace berth::cache
