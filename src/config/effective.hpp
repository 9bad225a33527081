#pragma once

#include "config/load.hpp"

#include <string>

namespace berth::config {

/// What counts, as a config.yml: all that was written, in the file or the environment, and what leaving the other keys
/// out means. Secrets are "(secret)", and so is all below a key that nobody knows, which may be a misspelt one. Reading
/// it gives the same settings, but for those. Of something that is usable.
std::string effective_yaml(const loaded& what);

}  // namespace berth::config
