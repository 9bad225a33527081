#pragma once

#include "oci/digest.hpp"
#include "storage/driver.hpp"

#include <vector>

namespace berth::registry {

/// The digests that have a folder <algorithm>/<hex> below `directory`, in order. Other names there are passed over.
awaitable<std::vector<oci::digest>> list_digests(storage::driver& driver, storage::path directory);

}  // namespace berth::registry
