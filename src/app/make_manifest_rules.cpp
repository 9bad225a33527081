#include "app/make_manifest_rules.hpp"

#include "app/startup_error.hpp"

namespace berth::app {

namespace {

patterns compiled(const std::vector<std::string>& expressions) {
    auto made = patterns::compile(expressions);
    if (!made) throw startup_error{"validation.manifests.urls: " + made.error()};
    return *std::move(made);
}

registry::manifest_rules::children required(const config::validation_settings& settings) {
    using registry::manifest_rules;
    switch (settings.platforms) {
        case config::validation_settings::children::none:
            return manifest_rules::children::none;
        case config::validation_settings::children::list:
            // Without a list version 3 of registry:2 wants all.
            if (!settings.platform_list.empty()) return manifest_rules::children::of_platforms;
            break;
        case config::validation_settings::children::all:
            break;
    }
    return manifest_rules::children::all;
}

}  // namespace

registry::manifest_rules make_manifest_rules(const config::configuration& config) {
    const config::validation_settings& settings = config.validation;
    registry::manifest_rules::options options;
    options.classes = config.policy.classes;
    options.check_urls = settings.enabled || !settings.disabled;
    options.allow = compiled(settings.allowed_urls);
    options.deny = compiled(settings.denied_urls);
    options.required = required(settings);
    for (const auto& [architecture, os] : settings.platform_list) options.platforms.push_back({os, architecture});
    return registry::manifest_rules{std::move(options)};
}

}  // namespace berth::app
