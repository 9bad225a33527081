// /v2/<name>/manifests/<reference>
#include "api/reply.hpp"
#include "api/service.hpp"

#include <stdexcept>

namespace berth::api {

using http::field;
using http::status;
using http::verb;
using oci::errc;

awaitable<http::response> service::manifest(http::request& request, const oci::repository_name& name,
                                            const route& where) {
    switch (request.method) {
        case verb::get:
        case verb::head:
            co_return co_await get_manifest(request, name, where);
        case verb::put:
            co_return co_await put_manifest(request, name, where);
        default:
            co_return reply::method_not_allowed("GET, HEAD, PUT");
    }
}

awaitable<http::response> service::get_manifest(http::request& request, const oci::repository_name& name,
                                                const route& where) {
    oci::outcome<registry::stored_manifest> found = oci::error{errc::manifest_unknown, {}, {}};
    if (where.reference.find(':') != std::string::npos) {
        const auto digest = oci::digest::parse(where.reference);
        if (!digest) co_return reply::error({errc::digest_invalid, {}, {}});
        found = co_await stores_.manifests.find(name, *digest);
    } else if (const auto tag = oci::tag::parse(where.reference)) {
        found = co_await stores_.manifests.find(name, *tag);
    }
    if (!found) co_return reply::error(found.error());

    const std::string etag = '"' + found->digest.str() + '"';
    http::response answer;
    answer.headers.set(field::etag, etag);
    answer.headers.set("Docker-Content-Digest", found->digest.str());
    if (reply::client_has(request, found->digest.str())) {
        answer.code = status::not_modified;
        co_return answer;
    }
    answer.headers.set(field::content_type, found->media_type);
    answer.body = std::move(found->bytes);
    co_return answer;
}

awaitable<http::response> service::put_manifest(http::request& request, const oci::repository_name& name,
                                                const route& where) {
    std::optional<oci::tag> tag;
    std::optional<oci::digest> digest;
    if (where.reference.find(':') != std::string::npos) {
        const auto parsed = oci::digest::parse(where.reference);
        if (!parsed) co_return reply::error({errc::digest_invalid, {}, {}});
        digest = *parsed;
    } else {
        const auto parsed = oci::tag::parse(where.reference);
        if (!parsed) co_return reply::error({errc::tag_invalid, {}, {}});
        tag = *parsed;
    }

    std::string bytes;
    bool too_large = request.body.content_length().value_or(0) > oci::max_manifest_bytes;
    try {
        if (!too_large) bytes = co_await async::read_all(request.body, oci::max_manifest_bytes);
    } catch (const std::length_error&) {
        too_large = true;
    }
    if (too_large)
        co_return reply::error({errc::manifest_invalid, "a manifest has at most 4 MiB", {}}, status::payload_too_large);

    if (!digest) digest = oci::digest::of(bytes);
    registry::manifest_store::put_request put{std::move(bytes), std::string{request.headers[field::content_type]},
                                              *digest, std::move(tag)};
    const auto stored = co_await stores_.manifests.put(name, std::move(put));
    if (!stored) co_return reply::errors(stored.error());

    http::response answer = reply::empty(status::created);
    answer.headers.set(field::location, url_for(request, "/v2/" + name.str() + "/manifests/" + stored->str()));
    answer.headers.set("Docker-Content-Digest", stored->str());
    co_return answer;
}

}  // namespace berth::api
