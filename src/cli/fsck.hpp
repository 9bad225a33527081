#pragma once

#include <string>

namespace berth::cli {

struct fsck_options {
    std::string file;  ///< The configuration.
    bool deep = false;
    bool repair = false;
    bool json = false;
    bool quiet = false;  ///< Findings and errors only.
};

/// Checks a storage and says on stdout what is wrong. Returns 0 when nothing is, or all was repaired, 1 when something
/// is, 2 when that could not be found out.
int fsck(fsck_options options);

}  // namespace berth::cli
