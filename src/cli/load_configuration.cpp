#include "cli/load_configuration.hpp"

#include "base/log.hpp"
#include "cli/keep_memory_private.hpp"
#include "config/load.hpp"

#include <cstdio>
#include <cstdlib>

namespace berth::cli {

config::loaded read_configuration(std::string& file) {
    keep_memory_private();
    const char* from_environment = std::getenv("REGISTRY_CONFIGURATION_PATH");
    if (file.empty() && from_environment) file = from_environment;
    if (!file.empty()) return config::load_file(file, config::process_environment());
    return config::load_text(config::default_yaml(), "built-in configuration", config::process_environment());
}

std::optional<config::loaded> load_configuration(std::string& file) {
    config::loaded loaded = read_configuration(file);
    for (const auto& finding : loaded.findings)
        if (finding.severity == config::severity::error) std::fprintf(stderr, "berth: %s\n", finding.str().c_str());
    if (!loaded.usable()) return std::nullopt;
    log::configure(loaded.settings.log);
    for (const auto& finding : loaded.findings) log::warn(finding.str());
    return loaded;
}

}  // namespace berth::cli
