// /v2/<name>/blobs/uploads/ and /v2/<name>/blobs/uploads/<uuid>
#include "api/range.hpp"
#include "api/reply.hpp"
#include "api/service.hpp"

namespace berth::api {

using http::field;
using http::status;
using http::verb;
using oci::errc;

namespace {

std::string upload_path(const oci::repository_name& name, const std::string& uuid) {
    return "/v2/" + name.str() + "/blobs/uploads/" + uuid;
}

std::string blob_path(const oci::repository_name& name, const oci::digest& digest) {
    return "/v2/" + name.str() + "/blobs/" + digest.str();
}

// The repository holds the blob now.
http::response created(const oci::digest& digest, const std::string& location) {
    http::response answer = reply::empty(status::created);
    answer.headers.set(field::location, location);
    answer.headers.set("Docker-Content-Digest", digest.str());
    return answer;
}

// Where an upload stands: 202 after bytes were taken, 204 to who asks, 416 to who got the offset wrong.
http::response describe(http::response answer, std::string_view uuid, std::uint64_t offset,
                        const std::string& location) {
    answer.headers.set(field::location, location);
    // The last byte that is there; an empty upload is "0-0" too, as every registry says it.
    answer.headers.set(field::range, "0-" + std::to_string(offset == 0 ? 0 : offset - 1));
    answer.headers.set("Docker-Upload-Uuid", uuid);
    return answer;
}

// What is wrong with a chunk that says where it belongs; nothing when it fits (or does not say).
std::optional<oci::error> check_chunk(const http::request& request, const registry::upload& u) {
    const std::string_view header = request.headers[field::content_range];
    if (header.empty()) return std::nullopt;
    const auto window = parse_content_range(header);
    if (!window || request.headers.count(field::content_range) != 1)
        return oci::error{errc::range_invalid, "Content-Range must be <first>-<last>", {}};
    if (window->offset != u.state.offset)
        return oci::error{errc::range_invalid, "the upload goes on at byte " + std::to_string(u.state.offset), {}};
    // Without a length only the end of the body would tell, and by then it would be part of the upload.
    if (request.body.content_length() != window->size_bytes)
        return oci::error{errc::range_invalid, "Content-Range and Content-Length disagree", {}};
    return std::nullopt;
}

}  // namespace

// The answer to a POST that mounts; nothing where it asks for no mount, or for one that cannot be done: that is no
// error, the client is given an upload instead.
awaitable<std::optional<http::response>> service::mount(http::request& request, const oci::repository_name& name,
                                                        const route& where) {
    const auto digest = oci::digest::parse(where.parameter("mount").value_or(""));
    if (!digest) co_return std::nullopt;
    const auto from = where.parameter("from");
    std::optional<oci::repository_name> source;
    if (!from) {
        source = stores_.blobs.known_holder(*digest);
        if (!source) co_return std::nullopt;
        // Whoever knows a digest must not come to read what is in a repository of others.
        const bool permitted = co_await may_pull(request, *source);
        if (!permitted) co_return std::nullopt;
    } else if (const auto named = oci::repository_name::parse(*from)) {
        source = *named;
    }
    if (!source) co_return std::nullopt;
    const auto mounted = co_await stores_.blobs.mount(name, *source, *digest);
    if (!mounted) co_return std::nullopt;
    if (options_.events) {
        notify::target target = event_target(request, name, *digest, mounted->size_bytes);
        target.from_repository = from.value_or("");
        tell(request, notify::action::mount, std::move(target));
    }
    co_return created(*digest, url_for(request, blob_path(name, *digest)));
}

awaitable<http::response> service::uploads(http::request& request, const oci::repository_name& name,
                                           const route& where) {
    if (auto mounted = co_await mount(request, name, where)) co_return std::move(*mounted);

    // A POST that names a digest carries the whole blob.
    std::optional<oci::digest> digest;
    if (const auto text = where.parameter("digest")) {
        const auto parsed = oci::digest::parse(*text);
        if (!parsed) co_return reply::error({errc::digest_invalid, {}, {}});
        digest = *parsed;
    }
    hash_function function = digest ? digest->algorithm() : hash_function::sha256;
    if (const auto text = where.parameter("digest-algorithm")) {
        const auto known = oci::parse_algorithm(*text);
        if (!known) co_return reply::error({errc::digest_invalid, "digest-algorithm must be sha256 or sha512", {}});
        if (!digest) function = *known;
    }
    if (digest) {
        auto whole = co_await stores_.uploads.start_whole(name, function);
        if (!whole) co_return reply::error(whole.error());
        co_return co_await finish_upload(request, std::move(*whole), *digest);
    }
    const auto started = co_await stores_.uploads.start(name, function);
    if (!started) co_return reply::error(started.error());
    const std::string& uuid = (*started)->name.uuid;
    co_return describe(reply::empty(status::accepted), uuid, 0, url_for(request, upload_path(name, uuid)));
}

awaitable<http::response> service::upload(http::request& request, const oci::repository_name& name,
                                          const route& where) {
    std::optional<oci::digest> digest;
    if (request.method == verb::put) {
        const auto text = where.parameter("digest");
        if (!text) co_return reply::error({errc::digest_invalid, "digest missing", {}});
        const auto parsed = oci::digest::parse(*text);
        if (!parsed) co_return reply::error({errc::digest_invalid, "digest parsing failed", {}});
        digest = *parsed;
    }

    const std::string uuid{where.reference};
    const std::string location = url_for(request, upload_path(name, uuid));
    if (request.method == verb::get || request.method == verb::head) {
        const auto offset = co_await stores_.uploads.offset(name, uuid);
        if (!offset) co_return reply::error(offset.error());
        co_return describe(reply::empty(status::no_content), uuid, *offset, location);
    }
    auto held = co_await stores_.uploads.borrow(name, uuid);
    if (!held && held.error().code == errc::blob_upload_invalid)  // it is there, and in use
        co_return reply::error(held.error(), status::conflict);
    if (!held && digest && held.error().code == errc::blob_upload_unknown) {
        // Perhaps this was done before, and its answer was lost.
        const auto stored = co_await stores_.blobs.stat(name, *digest);
        if (stored) co_return created(*digest, url_for(request, blob_path(name, *digest)));
    }
    if (!held) co_return reply::error(held.error());
    const registry::upload& u = **held;
    if (request.method == verb::delete_) {
        co_await stores_.uploads.cancel(std::move(*held));
        http::response answer = reply::empty(status::no_content);
        answer.headers.set("Docker-Upload-Uuid", uuid);
        co_return answer;
    }
    if (auto wrong = check_chunk(request, u))
        co_return describe(reply::error(std::move(*wrong)), uuid, u.state.offset, location);
    if (digest) co_return co_await finish_upload(request, std::move(*held), *digest);
    const auto appended = co_await stores_.uploads.append(*held, request.body, request.body.content_length());
    if (!appended) co_return co_await refuse_chunk(request, name, uuid, appended.error());
    co_return describe(reply::empty(status::accepted), uuid, u.state.offset, location);
}

// With where the upload stands, where another node has gone on with it.
awaitable<http::response> service::refuse_chunk(http::request& request, const oci::repository_name& name,
                                                const std::string& uuid, const oci::error& why) {
    if (why.code != errc::range_invalid) co_return reply::error(why);
    const auto offset = co_await stores_.uploads.offset(name, uuid);
    if (!offset) co_return reply::error(offset.error());
    co_return describe(reply::error(why), uuid, *offset, url_for(request, upload_path(name, uuid)));
}

// Takes what the body holds (nothing, the last chunk, or the whole blob) and turns the upload into a blob.
awaitable<http::response> service::finish_upload(http::request& request, registry::upload_store::lease held,
                                                 const oci::digest& digest) {
    const registry::upload_name which = held->name;
    const auto size_bytes = request.body.content_length();
    const auto stored = co_await stores_.uploads.finish(std::move(held), digest, request.body, size_bytes);
    if (!stored) co_return co_await refuse_chunk(request, which.repository, which.uuid, stored.error());
    if (options_.events)
        tell(request, notify::action::push, event_target(request, which.repository, digest, stored->size_bytes));
    co_return created(digest, url_for(request, blob_path(which.repository, digest)));
}

}  // namespace berth::api
