#pragma once

#include <string>
#include <vector>

namespace berth::config {

/// One of `validation.manifests.indexes.platformlist`.
struct index_platform {
    std::string architecture;
    std::string os;

    bool operator==(const index_platform&) const = default;
};

/// `validation`
struct validation_settings {
    bool sparse_enabled = false;  ///< A manifest may refer to what its repository does not hold.
    // registry:2 checks layers' addresses unless the one is true and the other is not.
    bool disabled = false;
    bool enabled = false;
    std::vector<std::string> allowed_urls;  ///< `manifests.urls.allow`: regular expressions that are sound.
    std::vector<std::string> denied_urls;   ///< `manifests.urls.deny`
    /// `manifests.indexes.platforms`: which manifests of an index must be there.
    enum class children { all, none, list } platforms = children::all;
    std::vector<index_platform> platform_list;

    bool operator==(const validation_settings&) const = default;
};

}  // namespace berth::config
