#include "config/choose_auth.hpp"

#include "config/shapes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace berth::config {

namespace {

constexpr std::array<std::pair<std::string_view, auth_kind>, 4> kinds{{
    {"none", auth_kind::none},
    {"silly", auth_kind::silly},
    {"htpasswd", auth_kind::htpasswd},
    {"token", auth_kind::token},
}};

std::string all_kinds() {
    std::string names;
    for (const auto& [name, kind] : kinds)
        names += (names.empty() ? "" : name == kinds.back().first ? " and " : ", ") + std::string{name};
    return names;
}

void need(const node& kind, std::string_view key, const char* instead, report& report) {
    if (!kind.says(key))
        report.error(kind.from, "auth." + kind.key + "." + std::string{key}, "missing; write " + std::string{instead});
}

void check_token(const node& token, const token_auth& read, report& report) {
    if (!read.auto_redirect) need(token, "realm", "the URL of the service that gives out tokens", report);
    need(token, "service", "the aud of its tokens", report);
    need(token, "issuer", "the iss of its tokens", report);
    if (!token.says("jwks"))
        need(token, "rootcertbundle", "the path of the certificates of who signs its tokens, or jwks", report);
}

}  // namespace

void choose_auth(const node& root, auth_settings& auth, report& report) {
    const node* given = root.find("auth");
    if (!given || given->type != node::kind::map) return;
    const node* first = nullptr;
    for (const node& child : given->children) {
        if (given->find(child.key) != &child) continue;  // written twice: the last one counts
        const auto known = std::ranges::find(kinds, child.key, &std::pair<std::string_view, auth_kind>::first);
        if (known == kinds.end()) {
            // What is no name may be a secret.
            const std::string name = is_header_name(child.key) ? child.key : "this";
            report.error(child.from, "auth", name + " is not supported; there are " + all_kinds());
            return;
        }
        if (first) {
            const bool first_is_new = !first->from.variable.empty();
            const node& added = first_is_new ? *first : child;
            report.error(added.from, "auth",
                         "two ways, " + first->key + " and " + child.key +
                             "; keep one, or set REGISTRY_AUTH=" + added.key + " to use that one alone");
            return;
        }
        first = &child;
        auth.kind = known->second;
    }
    if (first && auth.kind == auth_kind::silly) {
        need(*first, "realm", "any name", report);
        need(*first, "service", "any name", report);
    }
    if (first && auth.kind == auth_kind::htpasswd) {
        need(*first, "realm", "what clients are to show who ask for a password", report);
        need(*first, "path", "the file that `htpasswd -cB FILE USER` makes", report);
    }
    if (first && auth.kind == auth_kind::token) check_token(*first, auth.token, report);
}

}  // namespace berth::config
