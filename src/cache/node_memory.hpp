#pragma once

#include "cache/disk/last_answers.hpp"
#include "cache/holdings.hpp"
#include "cache/manifest_cache.hpp"
#include "cache/shared_holdings.hpp"

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

    /// Goes out with a question to the store and comes back with its answer: what was deleted through this node
    /// meanwhile does not come back with it.
    struct epoch {
        holdings::epoch_number held = 0;
        last_answers::epoch_number last = 0;
        shared_holdings::epoch shared{};
    };
    epoch now() const {
        return {held.epoch(), last ? last->epoch() : 0, shared ? shared->now() : shared_holdings::epoch{}};
    }

    /// The store has said that the repository holds it.
    void remember_blob(const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes,
                       const epoch& asked);
    /// The same, and that it holds what the manifest vouches for.
    void remember_manifest(const oci::repository_name& name, const oci::digest& digest,
                           std::shared_ptr<const verified_manifest> manifest, const epoch& asked);
    /// What was known has turned out to be wrong.
    void doubt(holdings::kind what, const oci::repository_name& name, const oci::digest& digest);
    /// It was deleted through this node. Call it when the store has done it, or may have.
    void forget(holdings::kind what, const oci::repository_name& name, const oci::digest& digest);

    /// Waits until others who share what they know have been told of all that was forgotten before, or cannot be.
    awaitable<void> settle();

    holdings held;
    manifest_cache manifests;
    const bool manifests_vouch;
    std::unique_ptr<last_answers> last{};       ///< For the time when the store is away; null: nothing is known then.
    std::unique_ptr<shared_holdings> shared{};  ///< null: nodes tell each other nothing.
};

/// What is deleted in its scope is forgotten at its end, whether the store says that it was done or does not answer.
///
/// Lifetime: all that it is given outlives it; the memory may be null.
class forget_at_end {
public:
    forget_at_end(node_memory* memory, holdings::kind what, const oci::repository_name& name, const oci::digest& digest)
        : forget_{[memory, what, &name, &digest] {
              if (memory) memory->forget(what, name, digest);
          }} {}
    forget_at_end(node_memory* memory, const oci::repository_name& name, const oci::tag& tag)
        : forget_{[memory, &name, &tag] {
              if (memory && memory->last) memory->last->forget_tag(name, tag);
          }} {}
    ~forget_at_end() { forget_(); }
    forget_at_end(const forget_at_end&) = delete;
    forget_at_end& operator=(const forget_at_end&) = delete;

private:
    const std::function<void()> forget_;
};

}  // namespace berth::cache
