#pragma once

#include "registry/listing.hpp"

#include <string>

namespace berth::registry {

/// Which repositories there are. Thread-safe. The driver outlives the catalog.
class catalog {
public:
    explicit catalog(storage::driver& driver) : driver_{driver} {}

    /// At most `limit` names after `last` (empty: from the start), a parent before its children: "a", "a/b", "a-b".
    /// `last` may be any text. A repository is a folder that holds blobs or manifests. Costs a question to the store
    /// for each folder that is looked into, and looks into little more than it names.
    awaitable<storage::name_page> list(std::string last, std::size_t limit);

    /// Whether there is a repository of that name.
    awaitable<bool> has(const oci::repository_name& name) { return repository_exists(driver_, name); }

private:
    storage::driver& driver_;
};

}  // namespace berth::registry
