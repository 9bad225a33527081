#include "s3/xml.hpp"

#include "s3/content_range.hpp"

#include <pugixml.hpp>

#include <sstream>

namespace berth::s3 {

namespace {

// Parses `xml` into `document`; the root element if it has that name, else null.
pugi::xml_node root(pugi::xml_document& document, std::string_view xml, const char* name) {
    // Attributes and entities are the XML there is; parse_doctype stays off, so a DTD is skipped. A key may be a blank.
    constexpr unsigned how = pugi::parse_default | pugi::parse_ws_pcdata_single;
    if (!document.load_buffer(xml.data(), xml.size(), how, pugi::encoding_utf8)) return {};
    return document.child(name);
}

std::string text(const pugi::xml_node& parent, const char* name) {
    return parent.child(name).text().as_string();
}

bool is_true(const pugi::xml_node& parent, const char* name) {
    return std::string_view{parent.child(name).text().as_string()} == "true";
}

std::string print(const pugi::xml_document& document) {
    std::ostringstream out;
    document.save(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    return out.str();
}

}  // namespace

std::optional<error_body> parse_error(std::string_view xml) {
    pugi::xml_document document;
    const auto error = root(document, xml, "Error");
    if (!error) return std::nullopt;
    return error_body{text(error, "Code"), text(error, "Message"), text(error, "Region")};
}

std::optional<object_page> parse_object_page(std::string_view xml) {
    pugi::xml_document document;
    const auto list = root(document, xml, "ListBucketResult");
    if (!list) return std::nullopt;
    object_page page;
    for (const auto& entry : list.children("Contents")) {
        std::string key = text(entry, "Key");
        const auto size = parse_number(text(entry, "Size"));
        const auto modified = parse_rfc3339(text(entry, "LastModified"));
        // Whoever removes what is old must know how old it is.
        if (key.empty() || !size || !modified) return std::nullopt;
        page.objects.push_back({std::move(key), *size, *modified});
    }
    for (const auto& entry : list.children("CommonPrefixes")) page.common_prefixes.push_back(text(entry, "Prefix"));
    if (is_true(list, "IsTruncated")) {
        page.next_token = text(list, "NextContinuationToken");
        // A page that is not the last but does not say how to go on: half a listing must not pass for a whole
        // one.
        if (page.next_token.empty()) return std::nullopt;
    }
    return page;
}

std::optional<std::string> parse_upload_id(std::string_view xml) {
    pugi::xml_document document;
    std::string id = text(root(document, xml, "InitiateMultipartUploadResult"), "UploadId");
    if (id.empty()) return std::nullopt;
    return id;
}

bool is_document(std::string_view xml, const char* name) {
    pugi::xml_document document;
    return static_cast<bool>(root(document, xml, name));
}

std::optional<std::string> parse_part_copy_etag(std::string_view xml) {
    pugi::xml_document document;
    std::string etag = text(root(document, xml, "CopyPartResult"), "ETag");
    if (etag.empty()) return std::nullopt;
    return etag;
}

std::string complete_request(std::span<const completed_part> parts) {
    pugi::xml_document document;
    auto list = document.append_child("CompleteMultipartUpload");
    for (const completed_part& part : parts) {
        auto entry = list.append_child("Part");
        entry.append_child("PartNumber").text().set(part.number);
        entry.append_child("ETag").text().set(part.etag.c_str());
    }
    return print(document);
}

std::optional<upload_page> parse_upload_page(std::string_view xml) {
    pugi::xml_document document;
    const auto list = root(document, xml, "ListMultipartUploadsResult");
    if (!list) return std::nullopt;
    upload_page page;
    for (const auto& entry : list.children("Upload")) {
        std::string key = text(entry, "Key"), id = text(entry, "UploadId");
        const auto begun = parse_rfc3339(text(entry, "Initiated"));
        if (key.empty() || id.empty() || !begun) return std::nullopt;
        page.uploads.push_back({std::move(key), std::move(id), *begun});
    }
    if (is_true(list, "IsTruncated")) {
        page.next_key_marker = text(list, "NextKeyMarker");
        page.next_id_marker = text(list, "NextUploadIdMarker");
        if (page.next_key_marker.empty()) return std::nullopt;
    }
    return page;
}

std::string delete_request(std::span<const std::string> keys) {
    pugi::xml_document document;
    auto list = document.append_child("Delete");
    list.append_child("Quiet").text().set(true);
    for (const std::string& key : keys) list.append_child("Object").append_child("Key").text().set(key.c_str());
    return print(document);
}

std::optional<std::vector<std::string>> parse_delete_failures(std::string_view xml) {
    pugi::xml_document document;
    const auto result = root(document, xml, "DeleteResult");
    if (!result) return std::nullopt;
    std::vector<std::string> keys;
    for (const auto& entry : result.children("Error")) {
        if (text(entry, "Code") != "NoSuchKey") keys.push_back(text(entry, "Key"));
    }
    return keys;
}

}  // namespace berth::s3
