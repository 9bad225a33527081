#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

void log_level(const value& v, configuration& c) {
    using berth::log::level;
    v.read_choice(c.log.threshold, {{"error", level::error},
                                    {"warn", level::warn},
                                    {"info", level::info},
                                    {"debug", level::debug},
                                    {"", c.log.threshold}});
}

void log_formatter(const value& v, configuration& c) {
    using berth::log::format;
    v.read_choice(c.log.style,
                  {{"text", format::text}, {"json", format::json}, {"logstash", format::logstash}, {"", c.log.style}});
}

void access_log_disabled(const value& v, configuration& c) {
    c.log.access_log = !is_true(v);
}

void hooks(const value& v, configuration&) {
    if (!v.is_empty()) v.warn("ignored: berth sends no mail; let what collects the log do it, or alert on the metrics");
}

void report_caller(const value& v, configuration&) {
    if (is_true(v)) v.warn("ignored: every message says itself what failed and where");
}

// clang-format off
const key table[] = {
    {"loglevel", single, "", log_level},
    {"log.level", single, "info", log_level},
    {"log.formatter", single, "text", log_formatter},
    {"log.fields", subtree, "", [](const value& v, configuration& c) { v.read(c.log.fields); }},
    {"log.accesslog.disabled", single, "false", access_log_disabled},
    {"log.hooks", secret_subtree, "", hooks},
    {"log.reportcaller", single, "false", report_caller},
};
// clang-format on

}  // namespace

std::span<const key> log_keys() {
    return table;
}

}  // namespace berth::config
