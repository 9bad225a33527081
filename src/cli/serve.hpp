#pragma once

#include <string>

namespace berth::cli {

/// Serves until a signal ends it. `file` is the configuration; empty: REGISTRY_CONFIGURATION_PATH, or else the built-in
/// default. Returns the exit code.
int serve(std::string file);

}  // namespace berth::cli
