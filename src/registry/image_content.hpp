#pragma once

#include "oci/image_reference.hpp"
#include "oci/platform.hpp"
#include "registry/manifest_store.hpp"

#include <optional>
#include <vector>

namespace berth::registry {

/// The config and the layers of an image, each once, in the order in which clients want them. Not layers that lie
/// elsewhere. Of an index, those of what runs on `platform`; without one of all that it lists. An index's other
/// manifests are not read.
///
/// manifest_unknown where the repository does not hold the image, or it has nothing for that platform; its message says
/// which. Throws storage::error.
awaitable<oci::outcome<std::vector<oci::descriptor>>> read_image_content(manifest_store& manifests,
                                                                         const oci::image_reference& image,
                                                                         const std::optional<oci::platform>& platform);

}  // namespace berth::registry
