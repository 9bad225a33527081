#pragma once

#include "config/configuration.hpp"
#include "storage/driver.hpp"

#include <memory>

namespace berth::cli {

/// The storage that a command works on. Null when no driver can be made of the settings; stderr says why.
std::unique_ptr<storage::driver> open_storage(const config::storage_settings& settings);

/// Returns when it answers; a short trouble is waited out. Throws storage::error, which says why it does not.
awaitable<void> reach(storage::driver& driver);

}  // namespace berth::cli
