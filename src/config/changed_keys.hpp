#pragma once

#include "config/load.hpp"

#include <string>
#include <vector>

namespace berth::config {

/// The keys that say something else in `after` than in `before`, written there or left out: "storage.s3.bucket". A key
/// that has no effect is none of them. "storage" alone stands for another driver. Of what is usable.
std::vector<std::string> changed_keys(const loaded& before, const loaded& after);

}  // namespace berth::config
