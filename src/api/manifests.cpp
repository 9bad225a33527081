// /v2/<name>/manifests/<reference>
#include "api/condition.hpp"
#include "api/reply.hpp"
#include "api/service.hpp"

#include <algorithm>
#include <stdexcept>

namespace berth::api {

using http::field;
using http::status;
using http::verb;
using oci::errc;

namespace {

/// How many tags one PUT can set; the specification asks for 10.
constexpr std::size_t max_tags_at_once = 100;

// The path's last component: a colon decides which of the two it is meant to be.
bool is_digest(std::string_view reference) {
    return reference.find(':') != std::string_view::npos;
}

// The tags that a PUT by digest sets besides, each once: ?tag=1.2&tag=latest. Nothing when one of them is no tag.
std::optional<std::vector<oci::tag>> tag_parameters(const route& where) {
    std::vector<oci::tag> tags;
    for (const auto& [key, value] : where.query) {
        if (key != "tag") continue;
        const auto tag = oci::tag::parse(value);
        if (!tag) return std::nullopt;
        if (std::ranges::find(tags, *tag) == tags.end()) tags.push_back(*tag);
    }
    return tags;
}

}  // namespace

awaitable<http::response> service::manifest(http::request& request, const oci::repository_name& name,
                                            const route& where) {
    if (request.method == verb::put) co_return co_await put_manifest(request, name, where);
    if (request.method == verb::delete_) co_return co_await delete_manifest(request, name, where);
    co_return co_await get_manifest(request, name, where);
}

awaitable<http::response> service::get_manifest(http::request& request, const oci::repository_name& name,
                                                const route& where) {
    oci::outcome<registry::stored_manifest> found = oci::error{errc::manifest_unknown, {}, {}};
    if (is_digest(where.reference)) {
        const auto digest = oci::digest::parse(where.reference);
        if (!digest) co_return reply::error({errc::digest_invalid, {}, {}});
        // A push asks with HEAD before it skips a manifest. By a tag it has the store's word anyway: the tag's link.
        if (request.method == verb::head) {
            found = co_await stores_.manifests.stat(name, *digest);
        } else {
            found = co_await stores_.manifests.find(name, *digest);
        }
    } else if (const auto tag = oci::tag::parse(where.reference)) {
        found = co_await stores_.manifests.find(name, *tag);
    }
    if (!found) co_return reply::error(found.error());

    const std::string etag = '"' + found->digest.str() + '"';
    http::response answer;
    answer.headers.set(field::etag, etag);
    answer.headers.set("Docker-Content-Digest", found->digest.str());
    if (const auto failed = failed_condition(request.headers, found->digest.str())) {
        answer.code = *failed;
        co_return answer;
    }
    answer.headers.set(field::content_type, found->media_type);
    if (found->tag_last_seen)
        reply::warn(answer,
                    "the storage does not answer; the tag is as it was at " + format_rfc3339(*found->tag_last_seen));
    if (stores_.ahead && request.method == verb::get) {
        const auto executor = co_await asio::this_coro::executor;
        stores_.ahead->manifest_was_served(executor, found->digest, found->bytes);
    }
    if (options_.events) {
        notify::target target = event_target(request, name, found->digest, found->bytes);
        if (!is_digest(where.reference)) target.tag = where.reference;
        tell(request, notify::action::pull, std::move(target));
    }
    answer.body = std::move(found->bytes);
    co_return answer;
}

awaitable<http::response> service::put_manifest(http::request& request, const oci::repository_name& name,
                                                const route& where) {
    std::optional<oci::digest> digest;
    std::vector<oci::tag> tags;
    if (is_digest(where.reference)) {
        const auto parsed = oci::digest::parse(where.reference);
        if (!parsed) co_return reply::error({errc::digest_invalid, {}, {}});
        digest = *parsed;
        auto more = tag_parameters(where);
        if (!more) co_return reply::error({errc::tag_invalid, "a tag parameter is no tag", {}});
        tags = std::move(*more);
    } else {
        const auto parsed = oci::tag::parse(where.reference);
        if (!parsed) co_return reply::error({errc::tag_invalid, {}, {}});
        tags.push_back(*parsed);
    }
    if (tags.size() > max_tags_at_once)
        co_return reply::error({errc::tag_invalid, "one request sets at most 100 tags", {}}, status::uri_too_long);

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
    std::optional<notify::target> target;
    if (options_.events) target = event_target(request, name, *digest, bytes);
    registry::manifest_store::put_request put{std::move(bytes), std::string{request.headers[field::content_type]},
                                              *digest, tags};
    const auto stored = co_await stores_.manifests.put(name, std::move(put));
    if (!stored) co_return reply::errors(stored.error());
    if (target) {
        std::vector<notify::target> targets(std::max<std::size_t>(tags.size(), 1), *target);
        for (std::size_t i = 0; i < tags.size(); ++i) targets[i].tag = tags[i].str();
        tell(request, notify::action::push, std::move(targets));
    }

    http::response answer = reply::empty(status::created);
    answer.headers.set(field::location, url_for(request, "/v2/" + name.str() + "/manifests/" + digest->str()));
    answer.headers.set("Docker-Content-Digest", digest->str());
    if (stored->subject) answer.headers.set("OCI-Subject", stored->subject->str());
    if (is_digest(where.reference))
        for (const oci::tag& tag : tags) answer.headers.insert("OCI-Tag", tag.str());
    co_return answer;
}

awaitable<http::response> service::delete_manifest(http::request& request, const oci::repository_name& name,
                                                   const route& where) {
    std::vector<notify::target> gone;
    if (is_digest(where.reference)) {
        const auto digest = oci::digest::parse(where.reference);
        if (!digest) co_return reply::error({errc::digest_invalid, {}, {}});
        const auto tags = co_await stores_.manifests.remove(name, *digest);
        if (!tags) co_return reply::error(tags.error());
        gone.push_back({.repository = name.str(), .digest = digest->str()});
        for (const oci::tag& tag : *tags) gone.push_back({.repository = name.str(), .tag = tag.str()});
    } else if (const auto tag = oci::tag::parse(where.reference)) {
        const auto removed = co_await stores_.tags.remove(name, *tag);
        if (!removed) co_return reply::error(removed.error());
        gone.push_back({.repository = name.str(), .tag = tag->str()});
    } else {
        co_return reply::error({errc::manifest_unknown, {}, {}});
    }
    if (options_.events) tell(request, notify::action::remove, std::move(gone));
    co_return reply::empty(status::accepted);
}

}  // namespace berth::api
