#include "config/effective.hpp"

#include "config/keys.hpp"
#include "config/shapes.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace berth::config {

namespace {

constexpr const char* hidden = "(secret)";

// A key that is no name may be a secret itself, written without the blank after its colon.
void remove_what_is_no_name(node& map) {
    std::erase_if(map.children, [](const node& child) { return !is_header_name(child.key); });
}

void hide(node& at) {
    if (at.type == node::kind::scalar) {
        at.text = hidden;
        at.quoted = false;
    }
    if (at.type == node::kind::map) remove_what_is_no_name(at);
    for (node& child : at.children) hide(child);
}

// "https://user:password@host"
void hide_password(std::string& url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos) return;
    const std::size_t user = scheme + 3;
    const std::string_view authority = std::string_view{url}.substr(user, url.find('/', user) - user);
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) url.replace(user, at, hidden);
}

// Wherever it stands: in a list of headers, or in an address.
void hide_credentials(node& at) {
    hide_password(at.text);
    for (node& child : at.children) {
        if (boost::iends_with(child.key, "authorization")) hide(child);
        hide_credentials(child);
    }
}

bool may_be_shown(const key_name& known) {
    return known.is == key::kind::single || known.is == key::kind::subtree;
}

// A key that nobody knows may be a misspelt secret.
void hide_secrets_in_list(node& list, const std::vector<key_name>& names) {
    for (node& element : list.children) {
        remove_what_is_no_name(element);
        for (node& child : element.children) {
            const auto known = std::ranges::find(names, child.key, &key_name::path);
            if (known == names.end() || !may_be_shown(*known)) hide(child);
        }
    }
}

// `prefix`: of the path, "storage.s3."
void hide_secrets(node& map, const std::string& prefix) {
    remove_what_is_no_name(map);
    for (node& child : map.children) {
        const std::string path = prefix + child.key;
        const key* known = find_key(path);
        if (!known && is_group(path)) {
            hide_secrets(child, path + ".");
        } else if (!known || !may_be_shown(*known)) {
            hide(child);
        } else if (known->elements) {
            hide_secrets_in_list(child, known->elements());
        }
    }
}

node& child_of(node& map, std::string_view name) {
    map.type = node::kind::map;
    if (node* const found = map.find(name)) return *found;
    map.children.emplace_back().key = name;
    return map.children.back();
}

void put(node& root, std::string_view path, node value) {
    node* at = &root;
    for (;;) {
        const std::size_t dot = path.find('.');
        at = &child_of(*at, path.substr(0, dot));
        if (dot == std::string_view::npos) break;
        path.remove_prefix(dot + 1);
    }
    value.key = at->key;
    *at = std::move(value);
}

// Of a driver or a way to know clients that is not used, and of a disk cache that is off, nothing counts.
bool counts(std::string_view path, const node& given) {
    constexpr std::string_view groups[] = {"storage.filesystem.", "storage.s3.", "storage.cache.blob.", "auth.token.",
                                           "redis."};
    return std::ranges::none_of(groups, [&](std::string_view group) {
        return path.starts_with(group) && !given.find_path(group.substr(0, group.size() - 1));
    });
}

// What leaving the key out means, unless what another key says has decided it.
void add_fallback(node& root, const key& known, const configuration& settings) {
    auto fallback = parse_tree(known.fallback, {});
    if (!fallback) return;
    report unused{{}};
    configuration with = settings;
    known.read({*fallback, std::string{known.path}, unused}, with);
    if (with == settings) put(root, known.path, std::move(*fallback));
}

void write(YAML::Emitter& out, const node& at) {
    switch (at.type) {
        case node::kind::null:
            out << YAML::Null;
            break;
        case node::kind::scalar:
            if (at.quoted) out << YAML::DoubleQuoted;
            out << at.text;
            break;
        case node::kind::list:
            out << YAML::BeginSeq;
            for (const node& child : at.children) write(out, child);
            out << YAML::EndSeq;
            break;
        case node::kind::map:
            out << YAML::BeginMap;
            for (const node& child : at.children) {
                if (at.find(child.key) != &child) continue;  // written twice: the last one counts
                out << YAML::Key << child.key << YAML::Value;
                write(out, child);
            }
            out << YAML::EndMap;
            break;
    }
}

}  // namespace

std::string effective_yaml(const loaded& what) {
    node root = what.given;
    for (const key& known : all_keys()) {
        if (known.fallback.empty() || !counts(known.path, what.given)) continue;
        const node* written = what.given.find_path(known.path);
        if (!written || written->type == node::kind::null) add_fallback(root, known, what.settings);
    }
    hide_secrets(root, {});
    hide_credentials(root);
    YAML::Emitter out;
    write(out, root);
    return std::string{out.c_str()} + "\n";
}

}  // namespace berth::config
