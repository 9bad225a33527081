#include "base/patterns.hpp"
#include "config/elements.hpp"
#include "config/keys/tables.hpp"

namespace berth::config {

namespace {

using enum key::kind;

template <auto member>
void read(const value& v, configuration& c) {
    v.read(c.validation.*member);
}

template <auto member>
void expressions(const value& v, configuration& c) {
    std::vector<std::string>& all = c.validation.*member;
    v.read(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto compiled = patterns::compile({all[i]});
        if (!compiled)
            v.findings().error(v.tree().children[i].from, v.path() + "[" + std::to_string(i) + "]",
                               "no regular expression: " + compiled.error() + "; write one of RE2's syntax, as Go has");
    }
}

void platforms(const value& v, configuration& c) {
    using enum validation_settings::children;
    v.read_choice(c.validation.platforms, {{"all", all}, {"", all}, {"none", none}, {"list", list}});
}

// clang-format off
constexpr element_key<index_platform> platform_keys[] = {
    {{"architecture", single, ""}, [](const value& v, index_platform& p) { v.read(p.architecture); }},
    {{"os", single, ""}, [](const value& v, index_platform& p) { v.read(p.os); }},
};

void platform_list(const value& v, configuration& c) {
    read_elements<index_platform>(v, c.validation.platform_list, platform_keys);
    for (const index_platform& one : c.validation.platform_list)
        if (one.architecture.empty() || one.os.empty())
            return v.refuse("one of them lacks architecture or os; write both, such as amd64 and linux");
}

const key table[] = {
    {"validation.enabled", single, "false", read<&validation_settings::enabled>},
    {"validation.disabled", single, "false", read<&validation_settings::disabled>},
    {"validation.sparse.enabled", single, "false", read<&validation_settings::sparse_enabled>},
    {"validation.manifests.urls.allow", subtree, "", expressions<&validation_settings::allowed_urls>},
    {"validation.manifests.urls.deny", subtree, "", expressions<&validation_settings::denied_urls>},
    {"validation.manifests.indexes.platforms", single, "all", platforms},
    {{"validation.manifests.indexes.platformlist", subtree, ""}, platform_list, names_of<platform_keys>},
};
// clang-format on

}  // namespace

std::span<const key> validation_keys() {
    return table;
}

}  // namespace berth::config
