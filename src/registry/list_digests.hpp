#pragma once

#include "oci/digest.hpp"
#include "storage/driver.hpp"

#include <string>
#include <vector>

namespace berth::registry {

/// The first `limit` digests that have a folder <algorithm>/<hex> below `directory`, in the order of their texts, after
/// the text `after` (any one; empty: from the start). Other names there are passed over. Fewer than `limit`: these are
/// all.
awaitable<std::vector<oci::digest>> list_digests(storage::driver& driver, storage::path directory, std::string after,
                                                 std::size_t limit);

}  // namespace berth::registry
