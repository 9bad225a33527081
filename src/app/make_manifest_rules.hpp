#pragma once

#include "config/validation_settings.hpp"
#include "registry/manifest_rules.hpp"

namespace berth::app {

/// `validation.manifests`. Its expressions are sound: reading the configuration has compiled them.
registry::manifest_rules make_manifest_rules(const config::validation_settings& settings);

}  // namespace berth::app
