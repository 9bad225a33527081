#include "support/fake_s3/bucket.hpp"

#include "support/fake_s3/signature.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace berth::test::s3 {

namespace {

// What a Range header asks of so many bytes.
struct range {
    std::uint64_t first = 0;
    std::uint64_t size_bytes = 0;
};

// "bytes=5-9", "bytes=5-", "bytes=-5"; nothing where none of the bytes are asked for.
std::optional<range> resolve_range(const std::string& text, std::uint64_t size) {
    unsigned long long first = 0;
    unsigned long long last = 0;
    if (std::sscanf(text.c_str(), "bytes=-%llu", &last) == 1) {
        const std::uint64_t count = std::min<std::uint64_t>(last, size);
        if (count == 0) return std::nullopt;
        return range{size - count, count};
    }
    const int read = std::sscanf(text.c_str(), "bytes=%llu-%llu", &first, &last);
    if (read < 1 || first >= size || (read == 2 && last < first)) return std::nullopt;
    const std::uint64_t end = read == 2 ? std::min<std::uint64_t>(last + 1, size) : size;
    return range{first, end - first};
}

std::string format_time(std::chrono::system_clock::time_point time, const char* format) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, format, &parts)};
}

std::string unquoted(std::string text) {
    std::erase(text, '"');
    return text;
}

}  // namespace

text_map kept_headers(const incoming& request) {
    text_map kept;
    for (const char* name : {"content-type", "x-amz-server-side-encryption",
                             "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-storage-class", "x-amz-acl"})
        if (request.headers.contains(name)) kept[name] = request.header(name);
    return kept;
}

std::string etag_of(std::string_view bytes) {
    return "\"" + hex_of(md5_of(bytes)) + "\"";
}

std::optional<outgoing> check_md5(const incoming& request) {
    const std::string claimed = request.header("content-md5");
    if (claimed.empty() || claimed == base64_of(md5_of(request.body))) return std::nullopt;
    return error_answer(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
}

std::string iso_time(std::chrono::system_clock::time_point time) {
    return format_time(time, "%Y-%m-%dT%H:%M:%S.000Z");
}

std::string http_time(std::chrono::system_clock::time_point time) {
    return format_time(time, "%a, %d %b %Y %H:%M:%S GMT");
}

outgoing bucket::answer(const incoming& request) {
    const std::lock_guard lock{mutex_};
    const std::string operation = operation_name(request);
    if (request.bucket != options_.name)
        return error_answer(404, "NoSuchBucket", "The specified bucket does not exist");
    if (request.key.size() > 1024) return error_answer(400, "KeyTooLongError", "Your key is too long");
    if (request.method == "PUT" && !request.headers.contains("content-length"))
        return error_answer(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
    if (operation == "GetObject" || operation == "HeadObject") return get(request);
    if (operation == "PutObject") return put(request);
    if (operation == "CopyObject") return copy(request);
    if (operation == "DeleteObject") return remove(request);
    if (operation == "DeleteObjects") return remove_many(request);
    if (operation == "ListObjectsV2") return list(request);
    if (operation == "HeadBucket") return {};
    if (operation == "CreateMultipartUpload") return create_upload(request);
    if (operation == "UploadPart") return upload_part(request);
    if (operation == "UploadPartCopy") return copy_part(request);
    if (operation == "CompleteMultipartUpload") return complete(request);
    if (operation == "AbortMultipartUpload") return abort(request);
    if (operation == "ListParts") return list_parts(request);
    if (operation == "ListMultipartUploads") return list_uploads(request);
    return error_answer(501, "NotImplemented", "A header you provided implies functionality that is not implemented");
}

outgoing bucket::get(const incoming& request) const {
    const auto at = objects_.find(request.key);
    if (at == objects_.end())
        return error_answer(404, "NoSuchKey", "The specified key does not exist.", element("Key", request.key));
    const stored_object& found = at->second;
    const std::string wanted = request.header("if-match");
    if (!wanted.empty() && wanted != "*" && unquoted(wanted) != unquoted(found.etag))
        return error_answer(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");

    outgoing answer;
    answer.headers = found.headers;
    answer.headers.erase("x-amz-acl");
    answer.headers["accept-ranges"] = "bytes";
    answer.headers["etag"] = found.etag;
    answer.headers["last-modified"] = http_time(found.modified);
    answer.headers.try_emplace("content-type", "binary/octet-stream");
    if (!request.headers.contains("range")) {
        answer.body = found.bytes;
        return answer;
    }
    const std::uint64_t size = found.bytes.size();
    const auto part = resolve_range(request.header("range"), size);
    if (!part) {
        auto refused = error_answer(416, "InvalidRange", "The requested range is not satisfiable",
                                    element("ActualObjectSize", std::to_string(size)));
        refused.headers["content-range"] = "bytes */" + std::to_string(size);
        return refused;
    }
    answer.status = 206;
    answer.headers["content-range"] = "bytes " + std::to_string(part->first) + "-" +
                                      std::to_string(part->first + part->size_bytes - 1) + "/" + std::to_string(size);
    answer.body = found.bytes.part(part->first, part->size_bytes);
    return answer;
}

outgoing bucket::put(const incoming& request) {
    if (auto wrong = check_md5(request)) return *wrong;
    stored_object fresh{content{request.body}, etag_of(request.body), now(), kept_headers(request)};
    outgoing answer;
    answer.headers["etag"] = fresh.etag;
    objects_[request.key] = std::move(fresh);
    return answer;
}

outgoing bucket::copy(const incoming& request) {
    const stored_object* source = copy_source(request);
    if (!source) return error_answer(404, "NoSuchKey", "The specified key does not exist.");
    if (source->bytes.size() > options_.max_copy_bytes)
        return error_answer(400, "InvalidRequest",
                            "The specified copy source is larger than the maximum allowable size for a copy source");
    stored_object fresh = *source;
    // A copy takes the metadata along, but not how the source was stored.
    fresh.headers = kept_headers(request);
    if (const auto type = source->headers.find("content-type"); type != source->headers.end())
        fresh.headers.insert_or_assign(type->first, type->second);
    fresh.modified = now();
    const std::string result = "<CopyObjectResult>" + element("LastModified", iso_time(fresh.modified)) +
                               element("ETag", fresh.etag) + "</CopyObjectResult>";
    objects_[request.key] = std::move(fresh);
    return xml_answer(result);
}

const stored_object* bucket::copy_source(const incoming& request) const {
    std::string source = percent_decode(request.header("x-amz-copy-source"));
    if (source.starts_with('/')) source.erase(0, 1);
    if (!source.starts_with(options_.name + "/")) return nullptr;
    const auto at = objects_.find(source.substr(options_.name.size() + 1));
    return at == objects_.end() ? nullptr : &at->second;
}

outgoing bucket::remove(const incoming& request) {
    objects_.erase(request.key);
    outgoing answer;
    answer.status = 204;
    return answer;
}

void bucket::put(const std::string& key, content bytes) {
    // The ETag of a large object is never the MD5 of its bytes in S3 either.
    const std::string etag =
        bytes.size() > 64 * 1024 * 1024 ? "\"" + hex_of(md5_of(key)) + "-1\"" : etag_of(bytes.str());
    const std::lock_guard lock{mutex_};
    objects_[key] = {std::move(bytes), etag, now(), {}};
}

void bucket::change_etag(const std::string& key) {
    const std::lock_guard lock{mutex_};
    objects_.at(key).etag = "\"" + hex_of(md5_of(key)) + "-2\"";
}

void bucket::remove(const std::string& key) {
    const std::lock_guard lock{mutex_};
    objects_.erase(key);
}

void bucket::make_older(std::chrono::seconds by) {
    const std::lock_guard lock{mutex_};
    for (auto& [key, object] : objects_) object.modified -= by;
    for (auto& [id, upload] : uploads_) upload.begun -= by;
}

std::map<std::string, stored_object> bucket::objects() const {
    const std::lock_guard lock{mutex_};
    return objects_;
}

std::optional<stored_object> bucket::find(const std::string& key) const {
    const std::lock_guard lock{mutex_};
    const auto at = objects_.find(key);
    if (at == objects_.end()) return std::nullopt;
    return at->second;
}

std::map<std::string, multipart_upload> bucket::uploads() const {
    const std::lock_guard lock{mutex_};
    return uploads_;
}

}  // namespace berth::test::s3
