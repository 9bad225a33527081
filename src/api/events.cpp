// What notifications say of a request.
#include "api/service.hpp"
#include "base/random_id.hpp"
#include "oci/media_type.hpp"

namespace berth::api {

using http::field;

void service::tell(const http::request& request, notify::action what, notify::target target) const {
    tell(request, what, std::vector{std::move(target)});
}

void service::tell(const http::request& request, notify::action what, std::vector<notify::target> targets) const {
    const notify::cause cause{.id = random_uuid(),
                              .addr = http::address_of(request.peer),
                              .host = request.headers[field::host],
                              .method = request.method_name,
                              .user_agent = request.headers[field::user_agent],
                              .user = request.user};
    for (notify::target& target : targets)
        options_.events->publish({.id = random_uuid(),
                                  .time = std::chrono::system_clock::now(),
                                  .what = what,
                                  .target = std::move(target),
                                  .request = cause});
}

notify::target service::event_target(const http::request& request, const oci::repository_name& name,
                                     const oci::digest& digest, std::uint64_t size_bytes) const {
    return {.repository = name.str(),
            .digest = digest.str(),
            .media_type = std::string{oci::media_type::octet_stream},
            .size_bytes = size_bytes,
            .url = url_for(request, "/v2/" + name.str() + "/blobs/" + digest.str())};
}

notify::target service::event_target(const http::request& request, const oci::repository_name& name,
                                     const oci::digest& digest, const std::string& manifest) const {
    notify::target target{.repository = name.str(),
                          .digest = digest.str(),
                          .media_type = oci::detect_media_type(manifest),
                          .size_bytes = manifest.size(),
                          .url = url_for(request, "/v2/" + name.str() + "/manifests/" + digest.str())};
    if (!options_.events->includes_references()) return target;
    if (auto parsed = oci::parse_manifest(manifest, {})) {
        if (parsed->config) target.references.push_back(std::move(*parsed->config));
        for (auto* list : {&parsed->layers, &parsed->manifests})
            target.references.insert(target.references.end(), list->begin(), list->end());
    }
    return target;
}

}  // namespace berth::api
