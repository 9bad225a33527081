#include "registry/manifest_rules.hpp"

#include "oci/media_type.hpp"

#include <algorithm>

namespace berth::registry {

std::optional<oci::error> manifest_rules::broken_by(const oci::manifest& manifest) const {
    const auto refused = [](const std::string& where) {
        return oci::error{oci::errc::manifest_invalid,
                          "invalid URL on layer: " + where + " names one that validation.manifests.urls does not allow",
                          {}};
    };
    if (manifest.config && !allows(*manifest.config)) return refused("config");
    for (std::size_t i = 0; i < manifest.layers.size(); ++i)
        if (!allows(manifest.layers[i])) return refused("layers[" + std::to_string(i) + "]");
    return std::nullopt;
}

// Only clients of images go to such addresses by themselves; what is no layer is not looked at, as in registry:2.
bool manifest_rules::allows(const oci::descriptor& layer) const {
    if (!options_.check_urls || !oci::media_type::is_fetched_layer(layer.media_type)) return true;
    const bool any_but_denied = options_.allow.empty() && !options_.deny.empty();
    return std::ranges::all_of(layer.urls, [&](const std::string& url) {
        return (any_but_denied || options_.allow.match(url)) && !options_.deny.match(url);
    });
}

bool manifest_rules::must_be_there(const oci::descriptor& blob) const {
    return blob.urls.empty() || !oci::media_type::is_non_distributable(blob.media_type);
}

bool manifest_rules::must_child_be_there(const oci::descriptor& child) const {
    if (options_.required != children::of_platforms) return options_.required == children::all;
    return std::ranges::any_of(options_.platforms, [&](const oci::platform& one) {
        return child.made_for && one.os == child.made_for->os && one.architecture == child.made_for->architecture;
    });
}

}  // namespace berth::registry
