#include "api/gate.hpp"

#include "api/reply.hpp"

#include <algorithm>
#include <span>
#include <string>

namespace berth::api {

using http::verb;

namespace {

constexpr verb base_methods[] = {verb::get, verb::head};
constexpr verb blob_methods[] = {verb::get, verb::head, verb::delete_};
constexpr verb manifest_methods[] = {verb::get, verb::head, verb::put, verb::delete_};
constexpr verb uploads_methods[] = {verb::post};
constexpr verb warm_methods[] = {verb::get, verb::head, verb::put};
constexpr verb pin_methods[] = {verb::delete_};
constexpr verb upload_methods[] = {verb::get, verb::head, verb::patch, verb::put, verb::delete_};

std::span<const verb> methods_of(resource what) {
    switch (what) {
        case resource::blob:
            return blob_methods;
        case resource::manifest:
            return manifest_methods;
        case resource::uploads:
            return uploads_methods;
        case resource::upload:
            return upload_methods;
        case resource::warm:
            return warm_methods;
        case resource::pin:
            return pin_methods;
        default:
            return base_methods;
    }
}

bool is_permitted(verb method, resource what, const permissions& granted) {
    if (method == verb::get || method == verb::head) return true;
    if (is_of_the_node(what)) return true;  // what its cache holds is nothing of the registry's
    if (!granted.writes) return false;
    return method != verb::delete_ || what == resource::upload || granted.deletes;
}

// Browsers name the page's origin in whatever may change something, and nobody else does. A page whose own name means
// this address ("DNS rebinding") is of the same origin, so none is right.
bool is_from_a_page(const http::request& request) {
    const bool changes = request.method != verb::get && request.method != verb::head;
    return changes && request.headers.find(http::field::origin) != request.headers.end();
}

std::string allowed_methods(resource what, const permissions& granted) {
    std::string allowed;
    for (const verb method : methods_of(what))
        if (is_permitted(method, what, granted))
            allowed += (allowed.empty() ? "" : ", ") + std::string{to_string(method)};
    return allowed;
}

}  // namespace

bool is_of_the_node(resource what) {
    return what == resource::warm || what == resource::pins || what == resource::pin;
}

http::response options_answer(const route& where, const permissions& granted) {
    http::response answer = reply::empty(http::status::ok);
    answer.headers.set(http::field::allow, allowed_methods(where.what, granted));
    return answer;
}

std::optional<http::response> refuse(const http::request& request, const route& where, const permissions& granted) {
    if (where.what == resource::root || where.what == resource::none) return std::nullopt;
    const auto methods = methods_of(where.what);
    const bool known = std::ranges::find(methods, request.method) != methods.end();
    if (known && is_of_the_node(where.what) && is_from_a_page(request))
        return reply::error({oci::errc::denied, "a page in a browser may not do this", {}});
    if (known && is_permitted(request.method, where.what, granted)) return std::nullopt;

    std::string why;
    if (known && !granted.writes) {
        why = "this registry is read-only";
    } else if (known) {
        why = "deleting is not enabled in this registry (storage.delete.enabled)";
    }
    http::response answer = reply::error({oci::errc::unsupported, why, {}});
    answer.headers.set(http::field::allow, allowed_methods(where.what, granted));
    if (known && !granted.writes) reply::warn(answer, why);
    return answer;
}

}  // namespace berth::api
