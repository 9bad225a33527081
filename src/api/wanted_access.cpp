#include "api/wanted_access.hpp"

#include "api/gate.hpp"
#include "oci/names.hpp"

#include <span>
#include <string_view>

namespace berth::api {

using http::verb;

namespace {

constexpr std::string_view pull[] = {"pull"};
constexpr std::string_view push[] = {"pull", "push"};
constexpr std::string_view remove[] = {"delete"};

std::span<const std::string_view> actions_of(verb method) {
    switch (method) {
        case verb::get:
        case verb::head:
            return pull;
        case verb::post:
        case verb::put:
        case verb::patch:
            return push;
        case verb::delete_:
            return remove;
        default:
            return {};
    }
}

}  // namespace

bool is_for_everybody(resource what) {
    return what == resource::root || what == resource::bare;
}

std::vector<auth::access> wanted_access(verb method, const route& where) {
    if (is_of_the_node(where.what)) return {{"registry", "node", "*"}};
    if (where.what == resource::catalog) return {{"registry", "catalog", "*"}};
    // A name that is none would become part of a header, and nothing can be below it.
    const auto name = oci::repository_name::parse(where.name);
    if (!name) return {};
    std::vector<auth::access> wanted;
    for (const auto action : actions_of(method)) wanted.push_back({"repository", name->str(), std::string{action}});
    if (const auto source = oci::repository_name::parse(where.parameter("from").value_or("")))
        wanted.push_back({"repository", source->str(), "pull"});
    return wanted;
}

}  // namespace berth::api
