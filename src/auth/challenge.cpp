#include "auth/challenge.hpp"

#include <algorithm>
#include <vector>

namespace berth::auth {

namespace {

std::string quoted_string(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) continue;  // a header ends at a line break
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made + '"';
}

}  // namespace

challenge make_challenge(std::string_view scheme,
                         std::span<const std::pair<std::string_view, std::string>> parameters) {
    std::string text;
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        text += text.empty() ? ' ' : ',';
        text += std::string{name} + '=' + quoted_string(value);
    }
    return {std::string{scheme} + text};
}

std::string scope_of(std::span<const access> wanted) {
    struct scope {
        std::string resource;
        std::vector<std::string_view> actions;
    };
    std::vector<scope> scopes;
    for (const access& one : wanted) {
        const std::string resource = one.type + ":" + one.name;
        auto found = std::ranges::find(scopes, resource, &scope::resource);
        if (found == scopes.end()) found = scopes.insert(scopes.end(), {resource, {}});
        if (std::ranges::find(found->actions, one.action) == found->actions.end()) found->actions.push_back(one.action);
    }
    std::string text;
    for (const auto& [resource, actions] : scopes) {
        text += (text.empty() ? "" : " ") + resource + ":";
        for (std::size_t i = 0; i < actions.size(); ++i) text += (i == 0 ? "" : ",") + std::string{actions[i]};
    }
    return text;
}

}  // namespace berth::auth
