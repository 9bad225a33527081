#pragma once

#include <chrono>

namespace berth::config {

/// `storage.maintenance.uploadpurging`: removes uploads that nobody finished.
struct upload_purging_settings {
    bool enabled = true;
    std::chrono::nanoseconds age = std::chrono::hours{168};  ///< Younger ones stay.
    std::chrono::nanoseconds interval = std::chrono::hours{24};
    bool dry_run = false;  ///< Only says what would go.

    bool operator==(const upload_purging_settings&) const = default;
};

}  // namespace berth::config
