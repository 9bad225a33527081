#pragma once

#include "config/configuration.hpp"
#include "registry/manifest_rules.hpp"

namespace berth::app {

/// `validation.manifests` and `policy`. The expressions are sound: reading the configuration has compiled them.
registry::manifest_rules make_manifest_rules(const config::configuration& config);

}  // namespace berth::app
