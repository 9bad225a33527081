#pragma once

#include "cache/node_memory.hpp"
#include "registry/listing.hpp"

#include <string>

namespace berth::registry {

/// Which repositories there are. Thread-safe.
///
/// Lifetime: driver and memory outlive the catalog; the memory may be null.
class catalog {
public:
    explicit catalog(storage::driver& driver, cache::node_memory* memory = nullptr)
        : driver_{driver}, memory_{memory} {}

    /// At most `limit` names after `last` (empty: from the start), a parent before its children: "a", "a/b", "a-b".
    /// `last` may be any text. A repository is a folder that holds blobs or manifests. Costs a question to the store
    /// for each folder that is looked into, and looks into little more than it names.
    awaitable<storage::name_page> list(std::string last, std::size_t limit);

    /// For a read: whether there is a repository of that name.
    awaitable<bool> has(const oci::repository_name& name);

private:
    awaitable<std::optional<bool>> recall(const oci::repository_name& name);

    storage::driver& driver_;
    cache::node_memory* memory_;
};

}  // namespace berth::registry
