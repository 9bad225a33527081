#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth::config {

/// One of `notifications.endpoints`.
struct notification_endpoint {
    std::string name;
    bool disabled = false;
    std::string url;
    std::vector<std::pair<std::string, std::vector<std::string>>> headers;  ///< May hold secrets: never shown.
    std::chrono::nanoseconds timeout = std::chrono::seconds{1};
    std::uint64_t threshold = 10;  ///< Failures in a row before it is given a rest of `backoff`.
    std::chrono::nanoseconds backoff = std::chrono::seconds{1};
    std::uint64_t max_pending = 10000;             ///< `maxpending`: events that may wait. A key of berth's own.
    std::vector<std::string> ignored_media_types;  ///< `ignoredmediatypes` and `ignore.mediatypes` together.
    std::vector<std::string> ignored_actions;      ///< `ignore.actions`

    bool operator==(const notification_endpoint&) const = default;
};

/// `notifications`
struct notifications_settings {
    bool include_references = false;  ///< `events.includereferences`
    std::vector<notification_endpoint> endpoints;

    bool operator==(const notifications_settings&) const = default;
};

}  // namespace berth::config
