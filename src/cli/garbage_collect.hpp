#pragma once

#include <string>

namespace berth::cli {

struct garbage_collect_options {
    std::string file;  ///< The configuration.
    bool dry_run = false;
    bool delete_untagged = false;
    bool force = false;
    std::string grace = "24h", quarantine = "24h", trash_retention = "168h";
    bool quiet = false;  ///< Nothing but errors.
};

/// Deletes what nothing refers to while others write, and says so on stdout as registry:2 does. Returns the exit code;
/// throws std::exception when it had to stop.
int garbage_collect(garbage_collect_options options);

}  // namespace berth::cli
