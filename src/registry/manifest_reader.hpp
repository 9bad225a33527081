#pragma once

#include "cache/node_memory.hpp"
#include "storage/driver.hpp"

#include <memory>

namespace berth::registry {

/// Why there are no bytes of a manifest.
enum class no_manifest {
    not_held = 1,  ///< The repository has no link to it.
    missing,       ///< The link is there, the bytes are not.
    damaged,       ///< The bytes are not those of the digest.
};

using verified_manifest = std::shared_ptr<const cache::verified_manifest>;

/// Reads manifests, from what this node remembers and from the store. What is wrong with a manifest is a value, and
/// only a store that fails throws storage::error. Thread-safe.
///
/// Lifetime: driver and memory outlive the reader; the memory may be null.
class manifest_reader {
public:
    manifest_reader(storage::driver& driver, cache::node_memory* memory) : driver_{driver}, memory_{memory} {}

    /// What this node knows without asking; null where it knows nothing.
    verified_manifest recall(const oci::repository_name& name, const oci::digest& digest);

    /// For a read: asks the store for what this node does not know, and takes the store's last answer while it is away.
    awaitable<result<verified_manifest, no_manifest>> find(const oci::repository_name& name, const oci::digest& digest);

    /// Whose word is enough that the bytes are there.
    enum class trust { memory, store };
    /// The same for one who has to hear it from the store where that answers.
    awaitable<result<verified_manifest, no_manifest>> confirm(const oci::repository_name& name,
                                                              const oci::digest& digest);
    /// Asks the store whether the repository holds it, and beside it for the bytes. Where they are here, for nothing,
    /// or whether they are there.
    awaitable<result<verified_manifest, no_manifest>> read(const oci::repository_name& name, const oci::digest& digest,
                                                           trust for_bytes = trust::memory);
    /// The bytes, whoever holds them: never not_held.
    awaitable<result<verified_manifest, no_manifest>> read_bytes(const oci::digest& digest,
                                                                 trust for_bytes = trust::memory);

private:
    using found_manifest = result<verified_manifest, no_manifest>;

    awaitable<found_manifest> ask(const oci::repository_name& name, const oci::digest& digest);
    awaitable<std::optional<found_manifest>> last_known(const oci::repository_name& name, const oci::digest& digest);

    storage::driver& driver_;
    cache::node_memory* memory_;
};

/// What is kept of a manifest's bytes; they must be those of its digest.
verified_manifest make_verified_manifest(std::string bytes);

}  // namespace berth::registry
