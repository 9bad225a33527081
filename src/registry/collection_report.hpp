#pragma once

#include "storage/driver.hpp"

#include <cstdint>
#include <optional>

namespace berth::registry {

/// What a collection of garbage found, for the next one and for whoever reads the store: JSON.
struct collection_report {
    wall_time ended{};
    std::uint64_t repositories = 0;
    std::uint64_t manifests = 0;  ///< That counted.
    std::uint64_t blobs = 0;      ///< That were there, and their bytes.
    std::uint64_t bytes = 0;
    std::uint64_t removed_manifests = 0;
    std::uint64_t removed_blobs = 0;
    std::uint64_t removed_bytes = 0;
    std::uint64_t restored_blobs = 0;  ///< Out of the trash: somebody needed them after all.
    std::uint64_t trash_blobs = 0;     ///< That lie there now, and their bytes.
    std::uint64_t trash_bytes = 0;
};

awaitable<void> write_report(storage::driver& driver, const collection_report& report);
/// Nothing where there is none that can be read.
awaitable<std::optional<collection_report>> read_last_report(storage::driver& driver);

}  // namespace berth::registry
