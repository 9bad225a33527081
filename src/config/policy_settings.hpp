#pragma once

#include <string>
#include <vector>

namespace berth::config {

/// `policy.repository`
struct policy_settings {
    std::vector<std::string> classes;  ///< What may be pushed: "image", "plugin"; empty: everything.

    bool operator==(const policy_settings&) const = default;
};

}  // namespace berth::config
