#pragma once

#include "oci/digest.hpp"
#include "storage/driver.hpp"

#include <map>

namespace berth::registry {

/// Since when blobs are known to be referred to by nothing: what one collection tells the next. By the store's clock.
using unreferenced_since = std::map<oci::digest, wall_time>;

/// What the last collection has left; nothing where there was none. A line that makes no sense is passed over: its blob
/// is one that has just been found.
awaitable<unreferenced_since> read_unreferenced(storage::driver& driver);
awaitable<void> write_unreferenced(storage::driver& driver, const unreferenced_since& all);

}  // namespace berth::registry
