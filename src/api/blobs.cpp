// /v2/<name>/blobs/<digest>
#include "api/condition.hpp"
#include "api/range.hpp"
#include "api/reply.hpp"
#include "api/service.hpp"
#include "oci/media_type.hpp"

namespace berth::api {

using http::field;
using http::status;
using http::verb;
using oci::errc;

namespace {

/// How long a presigned URL can be used to start a download, as in registry:2.
constexpr std::chrono::minutes redirect_lifetime{20};

// A Range under a condition that does not hold is no Range (RFC 9110, 13.1.5); one that comes with HEAD, neither.
range_choice range_of(const http::request& request, const std::string& etag, std::uint64_t size_bytes) {
    const std::string_view condition = request.headers[field::if_range];
    if (request.method != verb::get || (!condition.empty() && condition != etag)) return {};
    return choose_range(request.headers[field::range], size_bytes);
}

// True for a request that is answered with all bytes whatever their number and the blob's digest.
bool wants_whole(const http::request& request) {
    for (const field name : {field::range, field::if_match, field::if_none_match})
        if (request.headers.find(name) != request.headers.end()) return false;
    return true;
}

http::response with_blob_headers(const oci::digest& digest, const std::string& etag) {
    http::response answer;
    answer.headers.set("Docker-Content-Digest", digest.str());
    answer.headers.set(field::etag, etag);
    answer.headers.set(field::cache_control, "max-age=31536000");
    return answer;
}

void announce_bytes(http::response& answer) {
    answer.headers.set(field::content_type, oci::media_type::octet_stream);
    answer.headers.set(field::accept_ranges, "bytes");
}

}  // namespace

awaitable<http::response> service::blob(http::request& request, const oci::repository_name& name, const route& where) {
    const auto digest = oci::digest::parse(where.reference);
    if (!digest) co_return reply::error({errc::digest_invalid, {}, {}});
    if (request.method != verb::delete_) co_return co_await get_blob(request, name, *digest);
    const auto removed = co_await stores_.blobs.remove(name, *digest);
    if (!removed) co_return reply::error(removed.error());
    if (options_.events) tell(request, notify::action::remove, {.repository = name.str(), .digest = digest->str()});
    co_return reply::empty(status::accepted);
}

awaitable<http::response> service::get_blob(http::request& request, const oci::repository_name& name,
                                            const oci::digest& digest) {
    // A push asks with HEAD before it skips a layer, and a redirect is not followed through us: these answers must come
    // from the store. Else a GET only reads.
    if (request.method == verb::get && !options_.redirect_blobs) {
        auto known = stores_.blobs.recall(name, digest);
        if (!known) known = co_await stores_.blobs.recall_shared(name, digest);
        if (known) {
            auto answer = co_await answer_blob(request, name, *known);
            if (answer) co_return std::move(*answer);
        }
        if (wants_whole(request)) co_return co_await get_whole_blob(request, name, digest);
    }
    const bool only_reads = request.method == verb::get;
    oci::outcome<registry::blob> found = oci::error{errc::blob_unknown, {}, {}};
    if (only_reads) {
        found = co_await stores_.blobs.find(name, digest);
    } else {
        found = co_await stores_.blobs.stat(name, digest);
    }
    if (!found) co_return reply::error(found.error());
    auto answer = co_await answer_blob(request, name, *found);
    if (!answer) co_return reply::error(answer.error());
    co_return std::move(*answer);
}

awaitable<http::response> service::get_whole_blob(http::request& request, const oci::repository_name& name,
                                                  const oci::digest& digest) {
    auto opened = co_await stores_.blobs.open_whole(name, digest);
    if (!opened) co_return reply::error(opened.error());
    if (options_.events)
        tell(request, notify::action::pull, event_target(request, name, digest, opened->what.size_bytes));
    http::response answer = with_blob_headers(digest, '"' + digest.str() + '"');
    announce_bytes(answer);
    answer.body = http::stream_body{std::move(opened->file.bytes), opened->what.size_bytes};
    co_return answer;
}

// An error where the bytes are not what `what` says, and where only the store can tell whether they are.
awaitable<oci::outcome<http::response>> service::answer_blob(http::request& request, const oci::repository_name& name,
                                                             const registry::blob& what) {
    const bool is_get = request.method == verb::get;
    const std::string etag = '"' + what.digest.str() + '"';
    http::response answer = with_blob_headers(what.digest, etag);
    if (const auto failed = failed_condition(request.headers, what.digest.str())) {
        answer.code = *failed;
        co_return answer;
    }
    if (is_get && options_.redirect_blobs && !what.is_recalled) {
        if (const auto url = stores_.blobs.presigned_get(what, redirect_lifetime)) {
            answer.code = status::temporary_redirect;
            answer.headers.set(field::location, *url);
            if (options_.events)
                tell(request, notify::action::pull, event_target(request, name, what.digest, what.size_bytes));
            answer.headers.erase(field::cache_control);  // the URL expires
            co_return answer;
        }
    }

    announce_bytes(answer);
    const std::string total = std::to_string(what.size_bytes);
    const range_choice range = range_of(request, etag, what.size_bytes);
    byte_window window{0, what.size_bytes};
    if (range.what == range_choice::kind::unsatisfiable) {
        // A manifest may have said how large the blob is, and nothing is opened here that would show it wrong.
        if (what.is_recalled) co_return oci::error{errc::blob_unknown, {}, {}};
        answer = reply::error({errc::range_invalid, "the blob has " + total + " bytes", {}});
        answer.headers.set(field::content_range, "bytes */" + total);
        co_return answer;
    }
    if (range.what == range_choice::kind::part) {
        window = range.part;
        answer.code = status::partial_content;
        answer.headers.set(field::content_range, "bytes " + std::to_string(window.offset) + "-" +
                                                     std::to_string(window.offset + window.size_bytes - 1) + "/" +
                                                     total);
    }
    http::stream_body body{nullptr, window.size_bytes};
    if (is_get && window.size_bytes != 0) {
        auto file = co_await stores_.blobs.open(name, what, {window.offset, window.size_bytes});
        if (!file) co_return file.error();
        body.source = std::move(file->bytes);
    }
    answer.body = std::move(body);
    if (options_.events) tell(request, notify::action::pull, event_target(request, name, what.digest, what.size_bytes));
    co_return answer;
}

}  // namespace berth::api
