#include "registry/all_repositories.hpp"

#include "registry/listing.hpp"
#include "registry/repository_walk.hpp"

#include <algorithm>

namespace berth::registry {

namespace {

awaitable<void> add_if_repository(std::vector<oci::repository_name>& to, const oci::repository_name& name,
                                  const std::vector<std::string>& entries) {
    if (is_repository({entries})) to.push_back(name);
    co_return;
}

}  // namespace

awaitable<std::vector<oci::repository_name>> all_repositories(storage::driver& driver) {
    std::vector<oci::repository_name> found;
    repository_walk how;
    how.visit = [&](const oci::repository_name& name, const std::vector<std::string>& entries) {
        return add_if_repository(found, name, entries);
    };
    how.on_odd_folder = [](const storage::path& folder) {
        throw storage::error{folder + " is no folder of a repository; find out what it is, and move it away"};
    };
    co_await walk_repositories(driver, how);
    std::ranges::sort(found);
    co_return found;
}

}  // namespace berth::registry
