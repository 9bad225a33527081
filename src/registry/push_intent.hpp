#pragma once

#include "base/result.hpp"
#include "oci/digest.hpp"
#include "oci/names.hpp"
#include "storage/driver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::registry {

/// What a node writes into the store before it asks whether all that a pushed manifest refers to is there, and removes
/// when the manifest is linked: to a collection of garbage it is a reference to all that it names.
struct push_intent {
    oci::repository_name repository;
    oci::digest manifest;                  ///< Being pushed.
    std::vector<oci::digest> blobs{};      ///< What it refers to, without its manifests.
    std::vector<oci::digest> manifests{};  ///< Of an index.

    /// Lines of text, the first of which names the form.
    std::string to_text() const;
    /// Nothing for any other text.
    static std::optional<push_intent> parse(std::string_view text);
};

/// Larger than any intent: a manifest has at most 4 MiB, and names no digest in fewer bytes than an intent does.
inline constexpr std::size_t max_intent_bytes = 8 * 1024 * 1024;

}  // namespace berth::registry
