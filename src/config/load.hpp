#pragma once

#include "config/configuration.hpp"
#include "config/finding.hpp"
#include "config/overlay.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::config {

/// What came of loading. With an error among the findings the settings must not be used.
struct loaded {
    configuration settings;
    std::vector<finding> findings;
    node given{};  ///< What was read, with the environment laid over it.

    bool usable() const;
};

/// Reads registry:2's config.yml with the REGISTRY_* variables of `environment` laid over it. `file_name` is
/// only for the findings. Never throws for what the text says.
loaded load_text(std::string_view yaml, const std::string& file_name, const environment& environment);

/// The same from a file; one that cannot be read is an error finding.
loaded load_file(const std::string& path, const environment& environment);

/// A config.yml for a first try without a file: the folder berth-data, port 5500 of this machine only.
std::string_view default_yaml();

}  // namespace berth::config
