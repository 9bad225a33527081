#include "registry/manifest_rules.hpp"

#include "oci/media_type.hpp"

#include <algorithm>

namespace berth::registry {

// As in registry:2; an index has no class.
std::optional<oci::error> manifest_rules::wrong_class(const oci::manifest& manifest) const {
    if (options_.classes.empty() || !manifest.config) return std::nullopt;
    const std::string& type = manifest.config->media_type;
    const bool is_docker = manifest.media_type == oci::media_type::docker_manifest;
    std::string found;
    if (type == (is_docker ? oci::media_type::docker_image_config : oci::media_type::oci_image_config)) found = "image";
    if (is_docker && type == oci::media_type::docker_plugin_config) found = "plugin";
    if (found.empty()) return oci::error{oci::errc::denied, "unknown manifest class for " + type, {}};
    if (std::ranges::find(options_.classes, found) != options_.classes.end()) return std::nullopt;
    return oci::error{oci::errc::denied, "registry does not allow " + found + " manifest", {}};
}

std::optional<oci::error> manifest_rules::broken_by(const oci::manifest& manifest) const {
    if (auto wrong = wrong_class(manifest)) return wrong;
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
