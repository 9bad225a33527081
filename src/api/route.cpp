#include "api/route.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace berth::api {

namespace {

std::string join(const std::vector<std::string>& parts, std::size_t first, std::size_t end) {
    std::string text;
    for (std::size_t i = first; i < end; ++i) text += (i == first ? "" : "/") + parts[i];
    return text;
}

// A repository's name may itself hold components like "blobs", so paths are read from their end.
void match(const std::vector<std::string>& parts, route& found) {
    const std::size_t n = parts.size();
    const auto from_end = [&](std::size_t i) -> std::string_view { return parts[n - i]; };
    const auto set = [&](resource what, std::size_t components_after_name) {
        std::string name = join(parts, 1, n - components_after_name);
        if (name.empty()) return;  // "/v2//tags/list"
        found.what = what;
        found.name = std::move(name);
        found.reference = parts.back();
    };
    if (n == 1 && parts[0].empty()) {
        found.what = resource::root;
    } else if (parts[0] != "v2") {
        return;
    } else if (n == 1) {
        found.what = resource::bare;
    } else if (n == 2 && parts[1].empty()) {
        found.what = resource::base;
    } else if (n == 2 && parts[1] == "_catalog") {
        found.what = resource::catalog;
    } else if (n >= 4 && from_end(2) == "tags" && from_end(1) == "list") {
        set(resource::tags, 2);
    } else if (n >= 4 && from_end(2) == "manifests") {
        set(resource::manifest, 2);
    } else if (n >= 4 && from_end(2) == "referrers") {
        set(resource::referrers, 2);
    } else if (n >= 5 && from_end(3) == "blobs" && from_end(2) == "uploads") {
        set(from_end(1).empty() ? resource::uploads : resource::upload, 3);
    } else if (n >= 4 && from_end(2) == "blobs") {
        // Without its last slash, as some clients send it, the path of the uploads ends like that of a blob.
        set(from_end(1) == "uploads" ? resource::uploads : resource::blob, 2);
    }
}

// "http://host/path" -> "/path"; what names no host stays as it is. Which host does not matter, we answer for all.
std::string_view without_scheme_and_host(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        if (path == scheme.size()) return target;
        if (path == std::string_view::npos || target[path] == '?') return "/";
        return target.substr(path);
    }
    return target;
}

}  // namespace

std::optional<std::string> route::parameter(std::string_view key) const {
    for (const auto& [name, value] : query)
        if (name == key) return value;
    return std::nullopt;
}

std::optional<route> parse_target(std::string_view target) {
    target = without_scheme_and_host(target);
    const auto url = boost::urls::parse_origin_form(target);
    if (!url) return std::nullopt;
    std::vector<std::string> parts;
    // Boost.URL has a use of its own for a leading "/./" and does not show it among the segments.
    if (target.starts_with("/./")) parts.emplace_back(".");
    for (const auto& segment : url->segments()) parts.emplace_back(segment);
    route found;
    if (parts.empty()) parts.emplace_back();
    match(parts, found);
    // Browsers' forms write blanks as "+"; registries' clients never do, and media types end in "+json".
    boost::urls::encoding_opts plus_is_plus;
    plus_is_plus.space_as_plus = false;
    for (const auto& parameter : url->params(plus_is_plus)) found.query.emplace_back(parameter.key, parameter.value);
    return found;
}

}  // namespace berth::api
