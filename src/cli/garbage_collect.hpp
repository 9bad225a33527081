#pragma once

#include <string>

namespace berth::cli {

struct garbage_collect_options {
    std::string file;  ///< The configuration.
    bool dry_run = false;
    bool delete_untagged = false;
    bool quiet = false;  ///< Nothing but errors.
};

/// Deletes what nothing refers to, and says so on stdout as registry:2 does. Returns the exit code; throws
/// std::exception when it had to stop.
int garbage_collect(garbage_collect_options options);

}  // namespace berth::cli
