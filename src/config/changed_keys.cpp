#include "config/changed_keys.hpp"

#include "config/keys.hpp"

namespace berth::config {

namespace {

// What the key alone makes of the defaults.
configuration with_only(const key& known, const node& given) {
    configuration settings;
    report unused{{}};
    if (const node* at = given.find_path(known.path)) known.read({*at, std::string{known.path}, unused}, settings);
    return settings;
}

}  // namespace

std::vector<std::string> changed_keys(const loaded& before, const loaded& after) {
    std::vector<std::string> changed;
    if (before.settings.storage.driver != after.settings.storage.driver) changed.emplace_back("storage");
    for (const key& known : all_keys())
        if (with_only(known, before.given) != with_only(known, after.given)) changed.emplace_back(known.path);
    return changed;
}

}  // namespace berth::config
