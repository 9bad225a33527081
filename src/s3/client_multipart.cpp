#include "s3/client.hpp"
#include "s3/md5.hpp"

namespace berth::s3 {

namespace {

std::string without_quotes(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
    return std::string{etag};
}

name_values part_query(const std::string& upload_id, unsigned number) {
    return {{"partNumber", std::to_string(number)}, {"uploadId", upload_id}};
}

}  // namespace

// POST /bucket/key?uploads=
awaitable<std::string> client::create_multipart(const object_key& key) {
    const request what{.operation = "CreateMultipartUpload",
                       .method = http::verb::post,
                       .key = key,
                       .query = {{"uploads", ""}},
                       .headers = headers_of_new_object()};
    const reply answer = (co_await exchange_.send(what)).value();
    auto id = parse_upload_id(answer.body);
    if (!id) throw error{exchange_.nonsense(what, "the answer has no UploadId")};
    co_return std::move(*id);
}

// PUT /bucket/key?partNumber=1&uploadId=2~abc
awaitable<std::string> client::upload_part(const object_key& key, const std::string& upload_id, unsigned number,
                                           std::string_view body) {
    const request what{.operation = "UploadPart",
                       .method = http::verb::put,
                       .key = key,
                       .query = part_query(upload_id, number),
                       .body = body,
                       .retry = part_transfers,
                       .unsigned_body = true};
    const reply answer = (co_await exchange_.send(what)).value();
    std::string etag{answer.headers[http::field::etag]};
    if (etag.empty()) throw error{exchange_.nonsense(what, "the answer has no ETag")};
    co_return etag;
}

// PUT /bucket/key?partNumber=1&uploadId=2~abc
// x-amz-copy-source: /bucket/other/key
// x-amz-copy-source-range: bytes=0-33554431
awaitable<std::string> client::upload_part_copy(const object_key& key, const std::string& upload_id, unsigned number,
                                                const object_key& from, std::uint64_t first, std::uint64_t last) {
    const request what{
        .operation = "UploadPartCopy",
        .method = http::verb::put,
        .key = key,
        .query = part_query(upload_id, number),
        .headers = {{"x-amz-copy-source", copy_source(from)},
                    {"x-amz-copy-source-range", "bytes=" + std::to_string(first) + '-' + std::to_string(last)}},
        .retry = server_side_work};
    const reply answer = (co_await exchange_.send(what)).value();
    auto etag = parse_part_copy_etag(answer.body);
    if (!etag) throw error{exchange_.nonsense(what, "the answer is no CopyPartResult")};
    co_return std::move(*etag);
}

// POST /bucket/key?uploadId=2~abc
awaitable<void> client::complete_multipart(const object_key& key, const std::string& upload_id,
                                           std::span<const completed_part> parts, std::uint64_t size_bytes) {
    const std::string body = complete_request(parts);
    const request what{.operation = "CompleteMultipartUpload",
                       .method = http::verb::post,
                       .key = key,
                       .query = {{"uploadId", upload_id}},
                       .headers = {{"content-type", "application/xml"}},
                       .body = body,
                       .retry = server_side_work};
    const auto answer = co_await exchange_.send(what);
    if (answer) {
        if (!is_document(answer->body, "CompleteMultipartUploadResult"))
            throw error{exchange_.nonsense(what, "the answer is no CompleteMultipartUploadResult")};
        co_return;
    }
    // An attempt before this one may have done it, and only its answer got lost.
    const failure& why = answer.error();
    if (why.code != "NoSuchUpload") throw error{why};
    const bool is_done = co_await is_completed(key, parts, size_bytes);
    if (!is_done) throw error{why};
}

awaitable<bool> client::is_completed(const object_key& key, std::span<const completed_part> parts,
                                     std::uint64_t size_bytes) {
    std::vector<std::string> etags;
    for (const completed_part& part : parts) etags.push_back(part.etag);
    const std::string expected = multipart_etag(etags);
    const auto there = co_await head(key);
    const bool same_etag = there && without_quotes(there->etag) == expected;
    co_return there && there->size_bytes == size_bytes && (same_etag || expected.empty());
}

// DELETE /bucket/key?uploadId=2~abc
awaitable<void> client::abort_multipart(const object_key& key, const std::string& upload_id) {
    const request what{.operation = "AbortMultipartUpload",
                       .method = http::verb::delete_,
                       .key = key,
                       .query = {{"uploadId", upload_id}}};
    const auto answer = co_await exchange_.send(what);
    if (!answer && answer.error().code != "NoSuchUpload") throw error{answer.error()};
}

// GET /bucket?key-marker=&prefix=docker/&upload-id-marker=&uploads=
awaitable<upload_page> client::list_multiparts(const std::string& prefix, const upload_page& before) {
    request what{.operation = "ListMultipartUploads", .query = {{"uploads", ""}, {"prefix", prefix}}};
    if (!before.next_key_marker.empty()) {
        what.query.emplace_back("key-marker", before.next_key_marker);
        what.query.emplace_back("upload-id-marker", before.next_id_marker);
    }
    const reply answer = (co_await exchange_.send(what)).value();
    auto page = parse_upload_page(answer.body);
    const bool stuck = page && !page->next_key_marker.empty() && page->next_key_marker == before.next_key_marker &&
                       page->next_id_marker == before.next_id_marker;
    if (!page || stuck) throw error{exchange_.nonsense(what, "the answer is no page of a listing that goes on")};
    co_return std::move(*page);
}

}  // namespace berth::s3
