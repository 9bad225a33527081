#pragma once

#include "config/load.hpp"

#include <optional>
#include <string>

namespace berth::cli {

/// What is read from `file`, or where that is empty from the other places that load_configuration() names.
config::loaded read_configuration(std::string& file);

/// The configuration in `file`; where that is empty, in the file that REGISTRY_CONFIGURATION_PATH names, else the
/// built-in default. `file` becomes the one that was read. What is wrong goes to stderr, and the log is set up. Nothing
/// when the configuration must not be used.
std::optional<config::loaded> load_configuration(std::string& file);

}  // namespace berth::cli
