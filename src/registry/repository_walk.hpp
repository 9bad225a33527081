#pragma once

#include "oci/names.hpp"
#include "storage/driver.hpp"

#include <functional>
#include <string>
#include <vector>

namespace berth::registry {

/// How to go through all folders that repositories can have.
struct repository_walk {
    /// Called for each such folder, whether a repository is there or not, with the names in it. Some run side by side,
    /// on the caller's executor.
    std::function<awaitable<void>(const oci::repository_name&, const std::vector<std::string>&)> visit;
    /// Called for a folder that no repository can have, with its path; it may throw. What is below it is left out.
    std::function<void(const storage::path&)> on_odd_folder;
    std::size_t at_once = 16;  ///< How many folders are looked into side by side.
};

/// Goes down a level at a time, by one listing for each folder. Throws storage::error, and what the callbacks throw.
awaitable<void> walk_repositories(storage::driver& driver, const repository_walk& how);

}  // namespace berth::registry
