#pragma once

#include "oci/names.hpp"
#include "storage/driver.hpp"

#include <vector>

namespace berth::registry {

/// Every repository in the store, sorted. Unlike the catalog it passes over no folder: throws storage::error, naming
/// the folder, for one that no repository can have, since whoever deletes what nobody refers to must have seen all who
/// may.
awaitable<std::vector<oci::repository_name>> all_repositories(storage::driver& driver);

}  // namespace berth::registry
