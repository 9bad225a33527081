#pragma once

#include "config/configuration.hpp"
#include "config/finding.hpp"
#include "config/tree.hpp"

namespace berth::config {

/// What can only be said of `redis` with `storage.cache.blobdescriptor` in view: whether it is used at all, what it
/// lacks, and which of its keys have no effect here.
void check_redis(const node& root, const configuration& settings, report& report);

}  // namespace berth::config
