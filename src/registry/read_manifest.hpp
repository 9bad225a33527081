#pragma once

#include "oci/digest.hpp"
#include "oci/names.hpp"
#include "storage/driver.hpp"

namespace berth::registry {

/// Why there are no bytes of a manifest.
enum class no_manifest {
    not_held = 1,  ///< The repository has no link to it.
    missing,       ///< The link is there, the bytes are not.
    damaged,       ///< The bytes are not those of the digest.
};

/// A manifest's verified bytes, for those who look at many and must not stumble over one: what is wrong with a manifest
/// is a value, and only a store that fails throws storage::error.
awaitable<result<std::string, no_manifest>> read_manifest(storage::driver& driver, const oci::repository_name& name,
                                                          const oci::digest& digest);

}  // namespace berth::registry
