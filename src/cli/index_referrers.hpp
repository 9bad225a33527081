#pragma once

#include <string>

namespace berth::cli {

struct index_referrers_options {
    std::string file;        ///< The configuration.
    std::string repository;  ///< Only this one; empty: all.
    bool dry_run = false;
};

/// Makes referrers known that were pushed to registry:2, and says on stdout what came of it. Returns the exit code;
/// throws std::exception when it had to stop.
int index_referrers(index_referrers_options options);

}  // namespace berth::cli
