#include "s3/client.hpp"

#include "s3/content_range.hpp"
#include "s3/http_date.hpp"
#include "s3/object_stream.hpp"

namespace berth::s3 {

namespace {

// What has a link's or a manifest's size is signed with its body, even over plain http.
constexpr std::size_t largest_signed_bytes = 64 * 1024;

object_info info_of(const http::fields& headers, std::uint64_t size_bytes) {
    object_info info;
    info.size_bytes = size_bytes;
    info.modified = parse_http_date(headers[http::field::last_modified]).value_or(wall_time{});
    info.etag = headers[http::field::etag];
    return info;
}

bool is_missing(const result<reply, failure>& answer) {
    return !answer && answer.error().kind == verdict::not_found;
}

}  // namespace

// PUT /bucket/key
// Content-Type: application/octet-stream
// x-amz-server-side-encryption: AES256
name_values client::headers_of_new_object() const {
    const options& o = exchange_.settings();
    name_values headers{{"content-type", "application/octet-stream"}};
    if (o.sse == encryption::aes256) headers.emplace_back("x-amz-server-side-encryption", "AES256");
    if (o.sse == encryption::kms) {
        headers.emplace_back("x-amz-server-side-encryption", "aws:kms");
        if (!o.kms_key_id.empty()) headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", o.kms_key_id);
    }
    if (!o.storage_class.empty()) headers.emplace_back("x-amz-storage-class", o.storage_class);
    if (!o.acl.empty()) headers.emplace_back("x-amz-acl", o.acl);
    return headers;
}

std::string client::copy_source(const object_key& from) const {
    return '/' + encode_component(exchange_.settings().bucket.bucket) + '/' + encode_path(from);
}

awaitable<std::optional<object_info>> client::head(const object_key& key) {
    const request what{.operation = "HeadObject", .method = http::verb::head, .key = key};
    const auto answer = co_await exchange_.send(what);
    if (is_missing(answer)) {
        // A 404 to HEAD has no body, so it may speak of the bucket: as long as nothing has shown that there is one, a
        // GET finds out.
        if (!bucket_seen_) co_await probe(key);
        co_return std::nullopt;
    }
    const http::fields& headers = answer.value().headers;
    const auto size = parse_number(headers[http::field::content_length]);
    if (!size) throw error{exchange_.nonsense(what, "the answer has no Content-Length")};
    co_return info_of(headers, *size);
}

// GET /bucket/key
// Range: bytes=100-199
awaitable<std::optional<object>> client::get_range(object_key key, read_range range) {
    request what{.operation = "GetObject",
                 .key = key,
                 .stream = true,
                 .fresh_connection = range.fresh_connection,
                 .pace = range.pace};
    const auto& [offset, size_bytes, fresh_connection, pace] = range;
    const bool ranged = offset != 0 || size_bytes;
    const bool asks_for_nothing = size_bytes == 0u;
    if (ranged && !asks_for_nothing) {
        std::string bytes = "bytes=" + std::to_string(offset) + '-';
        if (size_bytes) bytes += std::to_string(offset + *size_bytes - 1);
        what.headers.emplace_back("range", bytes);
    }

    std::optional<result<reply, failure>> answer;
    if (!asks_for_nothing) {
        answer.emplace(co_await exchange_.send(what));
        note_bucket(*answer);
    }
    if (asks_for_nothing || (!*answer && answer->error().status == 416)) {
        const auto info = co_await head(key);
        if (!info) co_return std::nullopt;
        co_return object{*info, std::make_unique<async::string_source>(std::string{})};
    }
    if (is_missing(*answer)) co_return std::nullopt;
    reply& first = answer->value();
    const auto range_given = parse_content_range(first.headers[http::field::content_range]);
    const bool is_right = first.status == 206 ? range_given && range_given->first == offset
                                              : !ranged && first.stream->content_length.has_value();
    if (!is_right) throw error{exchange_.nonsense(what, "the answer does not have the bytes that were asked for")};
    const std::uint64_t whole = range_given ? range_given->whole_bytes : *first.stream->content_length;
    // An answer may have less than was asked for: the stream asks for the rest.
    const std::uint64_t end = size_bytes ? std::min(offset + *size_bytes, whole) : whole;

    object found;
    found.info = info_of(first.headers, whole);
    found.bytes = std::make_unique<object_stream>(exchange_, std::move(what), whole, offset, end, std::move(first));
    co_return found;
}

awaitable<void> client::put(const object_key& key, std::string_view body) {
    const request what{.operation = "PutObject",
                       .method = http::verb::put,
                       .key = key,
                       .headers = headers_of_new_object(),
                       .body = body,
                       .unsigned_body = body.size() > largest_signed_bytes};
    (co_await exchange_.send(what)).value();
}

// PUT /bucket/key
// x-amz-copy-source: /bucket/other/key
awaitable<void> client::copy(const object_key& from, const object_key& to) {
    request what{.operation = "CopyObject",
                 .method = http::verb::put,
                 .key = to,
                 .headers = headers_of_new_object(),
                 .retry = server_side_work};
    what.headers.emplace_back("x-amz-copy-source", copy_source(from));
    const reply answer = (co_await exchange_.send(what)).value();
    if (!is_document(answer.body, "CopyObjectResult"))
        throw error{exchange_.nonsense(what, "the answer is no CopyObjectResult")};
}

awaitable<void> client::remove(const object_key& key) {
    const request what{.operation = "DeleteObject", .method = http::verb::delete_, .key = key};
    const auto answer = co_await exchange_.send(what);
    if (!is_missing(answer)) answer.value();
}

// DELETE /bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261201T120000Z&X-Amz-Expires=30&...
awaitable<bool> client::remove(const object_key& key, validity only) {
    const request what{
        .operation = "DeleteObject", .method = http::verb::delete_, .key = key, .retry = sent_once, .only = only};
    const auto answer = co_await exchange_.send(what);
    if (answer || is_missing(answer)) co_return true;
    // Servers have different codes for it, and one is that of a missing right: S3's clock tells them apart.
    const bool refused = answer.error().status == 403 || answer.error().status == 400;
    if (refused && co_await time(key) >= only.from + only.lifetime) co_return false;
    throw error{answer.error()};
}

awaitable<wall_time> client::time(const object_key& key) {
    const request what{.operation = "HeadObject", .method = http::verb::head, .key = key};
    const auto answer = co_await exchange_.send(what);
    const std::string said = answer ? std::string{answer->headers[http::field::date]} : answer.error().date;
    const auto date = parse_http_date(said);
    if (!date) throw error{answer ? exchange_.nonsense(what, "the answer has no Date") : answer.error()};
    co_return *date;
}

awaitable<void> client::probe(const object_key& key) {
    request what{.operation = "GetObject", .key = key, .retry = one_try};
    what.headers.emplace_back("range", "bytes=0-0");
    const auto answer = co_await exchange_.send(what);
    note_bucket(answer);
    const bool is_empty = !answer && answer.error().status == 416;
    if (!is_missing(answer) && !is_empty) answer.value();
}

void client::note_bucket(const result<reply, failure>& answer) {
    if (answer || is_missing(answer)) {
        bucket_seen_ = true;
    } else if (answer.error().code == "NoSuchBucket") {
        bucket_seen_ = false;
    }
}

}  // namespace berth::s3
