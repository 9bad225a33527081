#include "app/reread_configuration.hpp"

#include "base/log.hpp"
#include "config/changed_keys.hpp"

#include <algorithm>

namespace berth::app {

namespace {

bool needs_restart(std::string_view key) {
    constexpr std::string_view taken_over[] = {"loglevel", "log.level", "log.accesslog.disabled"};
    return std::ranges::find(taken_over, key) == std::end(taken_over);
}

std::string list_of_those_that_need_a_restart(const std::vector<std::string>& keys) {
    std::string list;
    for (const std::string& key : keys)
        if (needs_restart(key)) list += (list.empty() ? "" : ", ") + key;
    return list;
}

}  // namespace

void reread_configuration(const config::loaded& now, const config::loaded& start) {
    if (!now.usable()) {
        for (const config::finding& finding : now.findings)
            if (finding.severity == config::severity::error) log::error(finding.str());
        log::error("the configuration was read again and is of no use; what counted before counts on");
        return;
    }
    log::set_threshold(now.settings.log.threshold);
    log::set_access_log(now.settings.log.access_log);
    for (const config::finding& finding : now.findings) log::warn(finding.str());
    const std::string waiting = list_of_those_that_need_a_restart(config::changed_keys(start, now));
    if (!waiting.empty()) log::warn("these keys have changed and count after a restart", {{"keys", waiting}});
    log::info("the configuration was read again");
}

}  // namespace berth::app
