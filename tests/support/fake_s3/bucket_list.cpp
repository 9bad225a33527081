#include "support/fake_s3/bucket.hpp"
#include "support/fake_s3/signature.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <cstdlib>

namespace berth::test::s3 {

namespace {

// A token that does not survive a client which forgets to percent-encode it.
constexpr std::string_view token_prefix = "1+/=&";

}  // namespace

std::size_t bucket::page_size(const incoming& request, std::string_view parameter) const {
    if (!request.has_parameter(parameter)) return options_.page_size;
    return std::min<std::size_t>(options_.page_size, std::strtoull(request.parameter(parameter).c_str(), nullptr, 10));
}

outgoing bucket::list(const incoming& request) const {
    const std::string prefix = request.parameter("prefix");
    const std::string delimiter = request.parameter("delimiter");
    const bool encodes = request.parameter("encoding-type") == "url";
    const auto shown = [&](const std::string& text) { return encodes ? percent_encode(text, true) : text; };

    std::string after = request.parameter("start-after");
    if (request.has_parameter("continuation-token")) {
        const std::string token = request.parameter("continuation-token");
        if (!token.starts_with(token_prefix))
            return error_answer(400, "InvalidArgument", "The continuation token provided is incorrect");
        after = token.substr(token_prefix.size());
    }

    const std::size_t limit = page_size(request, "max-keys");
    std::string contents;
    std::string prefixes;
    std::string last;
    std::size_t count = 0;
    bool truncated = false;
    for (auto at = objects_.lower_bound(std::max(prefix, after)); at != objects_.end(); ++at) {
        const auto& [key, object] = *at;
        if (!key.starts_with(prefix)) break;
        const auto cut = delimiter.empty() ? key.npos : key.find(delimiter, prefix.size());
        const std::string item = cut == key.npos ? key : key.substr(0, cut + delimiter.size());
        if (item <= after || (count != 0 && item == last)) continue;
        if (count == limit) {
            truncated = limit != 0;
            break;
        }
        if (cut == key.npos)
            contents += "<Contents>" + element("Key", shown(key)) + element("LastModified", iso_time(object.modified)) +
                        element("ETag", object.etag) + element("Size", std::to_string(object.bytes.size())) +
                        element("StorageClass", "STANDARD") + "</Contents>";
        else
            prefixes += "<CommonPrefixes>" + element("Prefix", shown(item)) + "</CommonPrefixes>";
        last = item;
        ++count;
    }
    std::string page = R"(<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)" +
                       element("Name", options_.name) + element("Prefix", shown(prefix)) +
                       element("KeyCount", std::to_string(count)) + element("MaxKeys", std::to_string(limit)) +
                       element("IsTruncated", truncated ? "true" : "false");
    if (!delimiter.empty()) page += element("Delimiter", shown(delimiter));
    if (encodes) page += element("EncodingType", "url");
    if (truncated) page += element("NextContinuationToken", std::string{token_prefix} + last);
    return xml_answer(page + contents + prefixes + "</ListBucketResult>");
}

outgoing bucket::remove_many(const incoming& request) {
    const bool has_checksum = std::ranges::any_of(
        request.headers, [](const auto& header) { return header.first.starts_with("x-amz-checksum-"); });
    if (!request.headers.contains("content-md5") && !has_checksum)
        return error_answer(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
    if (auto wrong = check_md5(request)) return *wrong;
    constexpr std::size_t most = 1000;
    pugi::xml_document document;
    document.load_buffer(request.body.data(), request.body.size());
    const auto root = document.child("Delete");
    const auto named = root.children("Object");
    const auto wanted = static_cast<std::size_t>(std::distance(named.begin(), named.end()));
    if (wanted == 0 || wanted > most)
        return error_answer(400, "MalformedXML", "The XML you provided was not well-formed");

    const bool quiet = root.child("Quiet").text().as_bool();
    std::string result = R"(<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
    for (const auto object : named) {
        const std::string key = object.child("Key").text().as_string();
        objects_.erase(key);
        if (!quiet) result += "<Deleted>" + element("Key", key) + "</Deleted>";
    }
    return xml_answer(result + "</DeleteResult>");
}

}  // namespace berth::test::s3
