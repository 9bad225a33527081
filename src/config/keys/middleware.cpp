#include "config/elements.hpp"
#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

#include <boost/algorithm/string/case_conv.hpp>

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

// What stands in the list, of whatever kind.
struct entry {
    std::string name;
    bool disabled = false;
    std::string filtered_by = "none";
    storage_middleware made;
};

// Without a scheme cloudfront takes https.
void base_url(const value& v, entry& e) {
    std::string url;
    v.read(url);
    if (url.find("://") == std::string::npos) url.insert(0, "https://");
    if (!is_absolute_url(url)) return v.refuse("cannot be used; write https://HOST, or https://HOST/PATH");
    e.made.base_url = url;
}

void duration(const value& v, entry& e) {
    v.read(e.made.duration, std::chrono::seconds{1});
}

void nothing_of_it(const value&, entry&) {}

// clang-format off
constexpr element_key<entry> option_keys[] = {
    {{"baseurl", single, ""}, base_url},
    {{"privatekey", single, ""}, [](const value& v, entry& e) { v.read(e.made.private_key); }},
    {{"keypairid", single, ""}, [](const value& v, entry& e) { v.read(e.made.key_pair_id); }},
    {{"duration", single, "20m"}, duration},
    {{"ipfilteredby", single, "none"}, [](const value& v, entry& e) { v.read(e.filtered_by); }},
    {{"awsregion", single, ""}, nothing_of_it},
    {{"iprangesurl", single, ""}, nothing_of_it},
    {{"updatefrequency", single, ""}, nothing_of_it},
    {{"updatefrenquency", single, ""}, nothing_of_it},
    {{"scheme", single, ""}, [](const value& v, entry& e) { v.read(e.made.scheme); }},
    {{"host", single, ""}, [](const value& v, entry& e) { v.read(e.made.host); }},
    {{"trimpathprefix", single, ""}, [](const value& v, entry& e) { v.read(e.made.trim_path_prefix); }},
};

void options(const value& v, entry& e) {
    check_element(v, names_of<option_keys>());
    for (const auto& known : option_keys)
        if (const auto given = v.below(known.path)) known.read(*given, e);
}

constexpr element_key<entry> entry_keys[] = {
    {{"name", single, ""}, [](const value& v, entry& e) { v.read(e.name); }},
    {{"disabled", single, "false"}, [](const value& v, entry& e) { v.read(e.disabled); }},
    {{"options", subtree, ""}, options},
};
// clang-format on

void check_options(const value& v, const entry& e) {
    using enum storage_middleware::kind;
    const auto needs = [&](const std::string& text, const char* option, const char* write) {
        if (text.empty()) v.refuse(e.name + " lacks its option " + option + "; write " + write);
    };
    if (e.made.is != rewrite) needs(e.made.base_url, "baseurl", "https://HOST");
    if (e.made.is != cloudfront) return;
    needs(e.made.private_key, "privatekey", "the PEM file of CloudFront's key");
    needs(e.made.key_pair_id, "keypairid", "CloudFront's name for that key");
    const std::string filter = boost::to_lower_copy(e.filtered_by);
    if (filter != "none" && !filter.empty())
        v.warn("ipfilteredby is ignored: clients within AWS are sent to CloudFront like all others; write none");
}

void read_storage(const value& v, configuration& c) {
    using enum storage_middleware::kind;
    std::vector<entry> entries;
    read_elements<entry>(v, entries, entry_keys);
    c.middleware.clear();
    for (entry& e : entries) {
        if (e.disabled) continue;
        if (e.name != "redirect" && e.name != "cloudfront" && e.name != "rewrite") {
            v.refuse("one is neither redirect, cloudfront nor rewrite; write one of these names, or disabled: true");
            continue;
        }
        e.made.is = e.name == "redirect" ? redirect : e.name == "cloudfront" ? cloudfront : rewrite;
        check_options(v, e);
        c.middleware.push_back(std::move(e.made));
    }
}

// registry:2 has none of its own either: its users compile them in.
void refuse_unless_disabled(const value& v, configuration&) {
    std::vector<entry> entries;
    read_elements<entry>(v, entries, entry_keys);
    for (const entry& e : entries)
        if (!e.disabled) return v.refuse("there is none of that kind, here or in registry:2; take it out");
}

const key table[] = {
    {{"middleware.registry", subtree, ""}, refuse_unless_disabled, names_of<entry_keys>},
    {{"middleware.repository", subtree, ""}, refuse_unless_disabled, names_of<entry_keys>},
    {{"middleware.storage", subtree, ""}, read_storage, names_of<entry_keys>},
};

}  // namespace

std::span<const key> middleware_keys() {
    return table;
}

}  // namespace berth::config
