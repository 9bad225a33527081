#pragma once

#include "registry/keeper.hpp"
#include "registry/manifest_graph.hpp"
#include "registry/manifest_reader.hpp"

#include <set>
#include <string>
#include <vector>

namespace berth::registry {

/// The manifests of one repository, as a collection of garbage reads them before it decides what stays. What is in
/// doubt about them stands in `problems`, one line each, with its key and what to do.
struct repository_manifests {
    oci::repository_name name;
    manifest_graph graph{};
    std::vector<oci::digest> tagged{};
    std::set<oci::digest> asked{};  ///< Those whose manifest was looked for.
    std::vector<std::string> problems{};
};

/// Reads them. Throws storage::error when the store fails.
///
/// Lifetime: the driver outlives it.
class repository_manifests_reader {
public:
    explicit repository_manifests_reader(storage::driver& driver)
        : driver_{driver}, keeper_{driver}, reader_{driver, nullptr} {}

    /// All that have a revision link, and those that tags and indexes name without one.
    awaitable<void> read_all(repository_manifests& into);
    /// These, and no tag.
    awaitable<void> read_some(repository_manifests& into, const std::vector<oci::digest>& digests);

private:
    awaitable<void> read_revision(repository_manifests& into, const oci::digest& digest);
    awaitable<void> read_tag(repository_manifests& into, const std::string& entry);
    awaitable<void> read_linked_among_layers(repository_manifests& into);
    awaitable<void> read_without_revision(repository_manifests& into, const oci::digest& digest);
    awaitable<void> add(repository_manifests& into, const oci::digest& digest, verified_manifest bytes,
                        bool has_revision);

    storage::driver& driver_;
    keeper keeper_;
    manifest_reader reader_;
};

}  // namespace berth::registry
