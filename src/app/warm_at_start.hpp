#pragma once

#include "registry/image_warmer.hpp"

#include <chrono>
#include <vector>

namespace berth::app {

/// Warms the images of `storage.cache.blob.warm`, one after the other, after a random part of `longest_delay`: the
/// nodes of a fleet start together. What fails is tried again, ever more seldom, until it is warm; but not what does
/// not fit. Until cancelled.
///
/// Lifetime: the warmer outlives it.
awaitable<void> warm_at_start(registry::image_warmer& warmer, std::vector<oci::image_reference> images,
                              std::chrono::steady_clock::duration longest_delay);

}  // namespace berth::app
