#pragma once

#include "oci/names.hpp"
#include "storage/driver.hpp"

#include <string>
#include <string_view>

/// What lists of tags and of repositories have in common.
namespace berth::registry {

/// Where a client's `last` stands among names (tags, or the components of repositories' names), as a text that every
/// store takes: printable ASCII, at most 255 characters. Well-formed names come after one as they come after the other.
std::string list_position(std::string_view last);

/// Whether the names in a folder are those of a repository: it holds blobs or manifests. A folder with uploads alone is
/// none yet.
bool is_repository(const storage::name_page& folder);

/// The same, asked of the store.
awaitable<bool> repository_exists(storage::driver& driver, const oci::repository_name& name);

}  // namespace berth::registry
