#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

void version(const value& v, configuration&) {
    std::string number;
    v.read(number);
    if (number != "0.1") v.refuse("only version 0.1 is known; write version: 0.1");
}

void reporting(const value& v, configuration&) {
    if (!v.is_empty()) v.warn("ignored: nothing is sent to bugsnag or newrelic; alert on the metrics of http.debug");
}

void schema_1(const value& v, configuration&) {
    if (is_true(v)) v.warn("ignored: manifests of schema 1 are not stored; docker pushes newer ones since 1.10");
}

void classes(const value& v, configuration& c) {
    v.read(c.policy.classes);
    for (const std::string& name : c.policy.classes)
        if (name != "image" && name != "plugin")
            v.warn("no manifest is of one of these classes; write image or plugin");
}

void proxy(const value& v, configuration&) {
    if (!v.is_empty())
        v.refuse(
            "berth is no pull-through cache, and without it would answer from its own storage; keep registry:2 for "
            "that, or copy what is needed with skopeo or regctl");
}

// clang-format off
const key table[] = {
    {"version", single, "", version},
    {"proxy", secret_subtree, "", proxy},
    {"reporting", secret_subtree, "", reporting},
    {"compatibility.schema1.enabled", single, "false", schema_1},
    {"compatibility.schema1.signingkeyfile", single, "", nothing},
    {"policy.repository.classes", subtree, "", classes},
    {"catalog.maxentries", single, "1000", [](const value& v, configuration& c) {
         v.read(c.lists.catalog_max_entries, {.min = 1});
     }},
    {"tags.maxtags", single, "1000", [](const value& v, configuration& c) {
         v.read(c.lists.tags_max_entries, {.min = 1});
     }},
};
// clang-format on

}  // namespace

std::span<const key> other_keys() {
    return table;
}

}  // namespace berth::config
