#pragma once

#include "oci/error.hpp"
#include "storage/layout.hpp"

#include <vector>

namespace berth::registry {

/// The tags of all repositories: names that point to manifests. Thread-safe. The driver outlives the store.
class tag_store {
public:
    explicit tag_store(storage::driver& driver) : driver_{driver} {}

    /// The manifest a tag means now; manifest_unknown where there is no such tag.
    awaitable<oci::outcome<oci::digest>> resolve(const oci::repository_name& name, const oci::tag& tag);

    /// Points a tag to a manifest, which must be there. The last writer wins.
    awaitable<void> set(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest);

    /// manifest_unknown where there is no such tag.
    awaitable<oci::outcome<void>> remove(const oci::repository_name& name, const oci::tag& tag);

    /// Removes every tag that points to the manifest. Reads each tag of the repository.
    awaitable<void> remove_all_of(const oci::repository_name& name, const oci::digest& manifest);

    /// All tags of a repository in byte order; name_unknown for a repository without any.
    awaitable<oci::outcome<std::vector<std::string>>> list(const oci::repository_name& name);

private:
    awaitable<void> remove_if_of(const oci::repository_name& name, const std::string& entry,
                                 const oci::digest& manifest);

    storage::driver& driver_;
};

}  // namespace berth::registry
