#include "config/overlay.hpp"

#include "config/keys.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <unistd.h>

namespace berth::config {

namespace {

constexpr std::string_view prefix = "REGISTRY_";
constexpr std::string_view not_an_override = "REGISTRY_CONFIGURATION_PATH";

std::vector<std::string> path_of(std::string_view variable) {
    std::string name = boost::to_lower_copy(std::string{variable.substr(prefix.size())});
    std::vector<std::string> path;
    boost::split(path, name, boost::is_any_of("_"));
    if (path.size() > 1 && path[0] == "storage" && path[1] == "s3aws") path[1] = "s3";
    return path;
}

// A secret is taken as it stands, since "*x" or "a: b" is no YAML or another text, unless it is all in
// quotes.
result<node, syntax_error> parse_secret(const std::string& value, const std::string& variable) {
    if (auto parsed = parse_tree(value, variable); parsed && parsed->quoted) return parsed;
    node plain;
    plain.text = boost::trim_copy(value);
    plain.type = plain.text.empty() ? node::kind::null : node::kind::scalar;
    plain.from.variable = variable;
    return plain;
}

// The child of that name in whatever case, or a new one.
node& child_for(node& map, const std::string& name, const std::string& variable) {
    map.type = node::kind::map;
    for (auto child = map.children.rbegin(); child != map.children.rend(); ++child)
        if (boost::iequals(child->key, name)) return *child;
    node added;
    added.key = name;
    added.from.variable = variable;
    return map.children.emplace_back(std::move(added));
}

bool is_number(const std::string& text) {
    return !text.empty() && text.size() < 10 && std::ranges::all_of(text, boost::is_digit());
}

// The element of that number in the list, or the one that comes after its last; nullptr for any other.
node* element_for(node& list, const std::string& number, const std::string& variable) {
    const std::size_t index = std::stoul(number);
    if (index > list.children.size()) return nullptr;
    list.type = node::kind::list;
    if (index == list.children.size()) list.children.emplace_back().from.variable = variable;
    return &list.children[index];
}

void apply(node& root, const std::vector<std::string>& path, const std::string& variable, node value, report& report) {
    node* at = &root;
    for (const std::string& part : path) {
        // A list that nobody has begun is begun with its element 0.
        const bool begins_list = at->type == node::kind::null && part == "0";
        if (begins_list || (at->type == node::kind::list && is_number(part))) {
            node* const element = element_for(*at, part, variable);
            if (!element)
                return report.error({0, variable}, {},
                                    "the list " + at->key + " has no element " + part +
                                        ", and the next one is number " + std::to_string(at->children.size()) +
                                        "; write that first");
            at = element;
            continue;
        }
        if (at->type == node::kind::scalar || at->type == node::kind::list) {
            report.warning({0, variable}, {}, "ignored: " + at->key + " is not a map, so there are no keys below it");
            return;
        }
        at = &child_for(*at, part, variable);
    }
    value.key = at->key;
    *at = std::move(value);
}

// `storage: s3` -> `storage: {s3: }`
void name_to_map(node& choice) {
    if (choice.text.empty()) {
        choice.type = node::kind::null;
        return;
    }
    node chosen;
    chosen.key = choice.text;
    chosen.from = choice.from;
    choice.type = node::kind::map;
    choice.text.clear();
    choice.children.push_back(std::move(chosen));
}

}  // namespace

environment process_environment() {
    environment out;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || !text.starts_with(prefix)) continue;
        out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

void normalise_choices(node& root) {
    for (node& choice : root.children) {
        if (choice.key != "storage" && choice.key != "auth") continue;
        if (choice.type == node::kind::scalar) name_to_map(choice);
        if (choice.key != "storage") continue;
        for (node& child : choice.children)
            if (child.key == "s3aws") child.key = "s3";
    }
}

void apply_environment(node& root, const environment& environment, report& report) {
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(prefix) || name == not_an_override) continue;
        const std::vector<std::string> path = path_of(name);
        if (!is_group(path.front()) && !find_key(path.front())) {
            report.warning({0, name}, {}, "ignored: no key of the configuration begins with " + path.front());
            continue;
        }
        const key* known = find_key(boost::join(path, "."));
        auto parsed = known && known->is == key::kind::secret ? parse_secret(value, name) : parse_tree(value, name);
        if (!parsed) {
            // Neither the value nor what yaml-cpp says of it: both could show a secret.
            report.error({0, name}, {}, "the value is not valid YAML; put it into quotes");
            continue;
        }
        apply(root, path, name, std::move(*parsed), report);
        normalise_choices(root);
    }
}

}  // namespace berth::config
