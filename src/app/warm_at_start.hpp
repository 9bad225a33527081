#pragma once

#include "registry/image_warmer.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace berth::app {

/// The images of `storage.cache.blob.warm`. Throws startup_error for what is none.
std::vector<oci::image_reference> warm_images_of(const std::vector<std::string>& texts);

/// Warms the images of `storage.cache.blob.warm`, one after the other, after a random part of `longest_delay`: the
/// nodes of a fleet start together. What fails is tried again, ever more seldom, until it is warm; but not what does
/// not fit. Until cancelled.
///
/// Lifetime: the warmer outlives it.
awaitable<void> warm_at_start(registry::image_warmer& warmer, std::vector<oci::image_reference> images,
                              std::chrono::steady_clock::duration longest_delay);

}  // namespace berth::app
