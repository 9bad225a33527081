#pragma once

#include <chrono>

namespace berth::config {

/// `storage.maintenance.garbagecollection`, berth's own: collections while nodes serve.
struct collection_settings {
    bool enabled = false;
    std::chrono::nanoseconds interval = std::chrono::hours{24};
    bool delete_untagged = false;
    bool dry_run = false;  ///< Only says what would go.
    std::chrono::nanoseconds grace = std::chrono::hours{24};
    std::chrono::nanoseconds quarantine = std::chrono::hours{24};
    std::chrono::nanoseconds trash_retention = std::chrono::hours{168};

    bool operator==(const collection_settings&) const = default;
};

}  // namespace berth::config
