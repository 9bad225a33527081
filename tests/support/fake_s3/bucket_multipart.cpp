#include "support/fake_s3/bucket.hpp"
#include "support/fake_s3/signature.hpp"

#include <pugixml.hpp>

#include <cstdio>
#include <cstdlib>
#include <set>

namespace berth::test::s3 {

namespace {

outgoing no_such_upload() {
    return error_answer(
        404, "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
        "aborted or completed.");
}

// 0 for what is no part number.
unsigned part_number(const incoming& request) {
    const unsigned long number = std::strtoul(request.parameter("partNumber").c_str(), nullptr, 10);
    return number <= 10'000 ? static_cast<unsigned>(number) : 0;
}

outgoing bad_part_number() {
    return error_answer(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
}

std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

std::string without_quotes(std::string text) {
    std::erase(text, '"');
    return text;
}

}  // namespace

outgoing bucket::create_upload(const incoming& request) {
    // Characters that do not survive a client which forgets to percent-encode them.
    const std::string id = "2~+/=upload" + std::to_string(++uploads_begun_);
    uploads_[id] = {.key = request.key, .headers = kept_headers(request), .parts = {}, .begun = now()};
    return xml_answer(R"(<InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)" +
                      element("Bucket", options_.name) + element("Key", request.key) + element("UploadId", id) +
                      "</InitiateMultipartUploadResult>");
}

outgoing bucket::upload_part(const incoming& request) {
    const auto at = uploads_.find(request.parameter("uploadId"));
    if (at == uploads_.end() || at->second.key != request.key) return no_such_upload();
    const unsigned number = part_number(request);
    if (number == 0) return bad_part_number();
    if (auto wrong = check_md5(request)) return *wrong;
    auto& part = at->second.parts[number];
    part = {content{request.body}, etag_of(request.body)};
    outgoing answer;
    answer.headers["etag"] = part.etag;
    return answer;
}

outgoing bucket::copy_part(const incoming& request) {
    const auto at = uploads_.find(request.parameter("uploadId"));
    if (at == uploads_.end() || at->second.key != request.key) return no_such_upload();
    const unsigned number = part_number(request);
    if (number == 0) return bad_part_number();
    const stored_object* source = copy_source(request);
    if (!source) return error_answer(404, "NoSuchKey", "The specified key does not exist.");

    content bytes = source->bytes;
    if (const std::string range = request.header("x-amz-copy-source-range"); !range.empty()) {
        unsigned long long first = 0;
        unsigned long long last = 0;
        if (std::sscanf(range.c_str(), "bytes=%llu-%llu", &first, &last) != 2 || last < first || last >= bytes.size())
            return error_answer(
                400, "InvalidArgument",
                "Range specified is not valid for source object of size: " + std::to_string(bytes.size()));
        bytes = source->bytes.part(first, last - first + 1);
    }
    if (bytes.size() > options_.max_copy_bytes)
        return error_answer(400, "InvalidRequest", "The specified copy source is larger than the maximum allowed");
    // Any hash of the bytes will do, and a huge part should not have to be put together for it.
    const std::string etag = etag_of(source->etag + request.header("x-amz-copy-source-range"));
    at->second.parts[number] = {std::move(bytes), etag};
    return xml_answer("<CopyPartResult>" + element("LastModified", iso_time(now())) + element("ETag", etag) +
                      "</CopyPartResult>");
}

outgoing bucket::complete(const incoming& request) {
    const auto at = uploads_.find(request.parameter("uploadId"));
    if (at == uploads_.end() || at->second.key != request.key) return no_such_upload();
    const auto& parts = at->second.parts;

    pugi::xml_document document;
    document.load_buffer(request.body.data(), request.body.size());
    const auto listed = document.child("CompleteMultipartUpload").children("Part");
    if (listed.empty()) return error_answer(400, "MalformedXML", "The XML you provided was not well-formed");
    content whole;
    std::string hashes;
    unsigned previous = 0;
    std::uint64_t previous_size = options_.min_part_bytes;
    for (const auto entry : listed) {
        const unsigned number = entry.child("PartNumber").text().as_uint();
        if (number <= previous)
            return error_answer(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
        if (previous_size < options_.min_part_bytes)
            return error_answer(400, "EntityTooSmall",
                                "Your proposed upload is smaller than the minimum allowed object size.");
        const auto part = parts.find(number);
        const std::string etag = without_quotes(entry.child("ETag").text().as_string());
        if (part == parts.end() || etag != without_quotes(part->second.etag))
            return error_answer(400, "InvalidPart", "One or more of the specified parts could not be found.");
        whole.append(part->second.bytes);
        hashes += from_hex(etag);
        previous = number;
        previous_size = part->second.bytes.size();
    }
    const std::string etag =
        "\"" + hex_of(md5_of(hashes)) + "-" + std::to_string(std::distance(listed.begin(), listed.end())) + "\"";
    objects_[request.key] = {std::move(whole), etag, now(), at->second.headers};
    uploads_.erase(at);
    return xml_answer(R"(<CompleteMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)" +
                      element("Location", "/" + options_.name + "/" + request.key) + element("Bucket", options_.name) +
                      element("Key", request.key) + element("ETag", etag) + "</CompleteMultipartUploadResult>");
}

outgoing bucket::abort(const incoming& request) {
    const auto at = uploads_.find(request.parameter("uploadId"));
    if (at == uploads_.end() || at->second.key != request.key) return no_such_upload();
    uploads_.erase(at);
    outgoing answer;
    answer.status = 204;
    return answer;
}

outgoing bucket::list_parts(const incoming& request) const {
    const auto at = uploads_.find(request.parameter("uploadId"));
    if (at == uploads_.end() || at->second.key != request.key) return no_such_upload();
    const auto marker =
        static_cast<unsigned>(std::strtoul(request.parameter("part-number-marker").c_str(), nullptr, 10));
    const std::size_t limit = page_size(request, "max-parts");
    std::string parts;
    std::size_t count = 0;
    unsigned last = 0;
    bool truncated = false;
    for (auto part = at->second.parts.upper_bound(marker); part != at->second.parts.end(); ++part) {
        if (count++ == limit) {
            truncated = true;
            break;
        }
        last = part->first;
        parts += "<Part>" + element("PartNumber", std::to_string(last)) + element("ETag", part->second.etag) +
                 element("Size", std::to_string(part->second.bytes.size())) + "</Part>";
    }
    return xml_answer(R"(<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)" +
                      element("Bucket", options_.name) + element("Key", request.key) + element("UploadId", at->first) +
                      element("NextPartNumberMarker", std::to_string(last)) +
                      element("IsTruncated", truncated ? "true" : "false") + parts + "</ListPartsResult>");
}

outgoing bucket::list_uploads(const incoming& request) const {
    const std::string prefix = request.parameter("prefix");
    const std::pair marker{request.parameter("key-marker"), request.parameter("upload-id-marker")};
    const std::size_t limit = page_size(request, "max-uploads");
    std::set<std::pair<std::string, std::string>> in_order;
    for (const auto& [id, upload] : uploads_)
        if (upload.key.starts_with(prefix)) in_order.emplace(upload.key, id);

    std::string uploads;
    std::size_t count = 0;
    std::pair<std::string, std::string> last;
    bool truncated = false;
    for (const auto& name : in_order) {
        // A key marker alone passes over all uploads of that key.
        if (marker.second.empty() ? name.first <= marker.first && !marker.first.empty() : name <= marker) continue;
        if (count++ == limit) {
            truncated = true;
            break;
        }
        last = name;
        uploads += "<Upload>" + element("Key", name.first) + element("UploadId", name.second) +
                   element("Initiated", iso_time(uploads_.at(name.second).begun)) + "</Upload>";
    }
    std::string page = R"(<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)" +
                       element("Bucket", options_.name) + element("Prefix", prefix) +
                       element("IsTruncated", truncated ? "true" : "false");
    if (truncated) page += element("NextKeyMarker", last.first) + element("NextUploadIdMarker", last.second);
    return xml_answer(page + uploads + "</ListMultipartUploadsResult>");
}

}  // namespace berth::test::s3
