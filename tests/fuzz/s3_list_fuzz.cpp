// The input is what S3 answers to a listing: of objects, or of uploads under way.
#include "fuzz/fuzz.hpp"
#include "s3/xml.hpp"

#include <algorithm>
#include <string>

namespace berth {

namespace {

using fuzz::require;

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '\r':
                out += "&#13;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string element(const std::string& name, std::string_view text) {
    return "<" + name + ">" + escaped(text) + "</" + name + ">";
}

// As servers write a page; `modified` for all.
std::string written(const s3::object_page& page, const std::string& modified) {
    std::string xml = "<?xml version=\"1.0\"?><ListBucketResult>";
    for (const auto& one : page.objects)
        xml += "<Contents>" + element("Key", one.key) + element("LastModified", modified) +
               element("Size", std::to_string(one.size_bytes)) + "</Contents>";
    for (const auto& prefix : page.common_prefixes)
        xml += "<CommonPrefixes>" + element("Prefix", prefix) + "</CommonPrefixes>";
    if (!page.next_token.empty())
        xml += element("IsTruncated", "true") + element("NextContinuationToken", page.next_token);
    return xml + "</ListBucketResult>";
}

void check_objects(std::string_view xml) {
    const auto page = s3::parse_object_page(xml);
    if (!page) return;
    for (const auto& one : page->objects) {
        require(!one.key.empty(), "an object has a key");
        require(one.modified != wall_time{}, "an object has its age");
    }
    const auto again = s3::parse_object_page(written(*page, "2026-11-24T18:00:00.000Z"));
    require(again.has_value(), "a page can be written and read");
    require(again->next_token == page->next_token && again->common_prefixes == page->common_prefixes &&
                std::ranges::equal(
                    again->objects, page->objects,
                    [](const auto& a, const auto& b) { return a.key == b.key && a.size_bytes == b.size_bytes; }),
            "what is read is what was written");
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    const std::string_view xml = fuzz::text_of(bytes, size);
    check_objects(xml);
    if (const auto page = s3::parse_upload_page(xml)) {
        for (const auto& one : page->uploads)
            require(!one.key.empty() && !one.id.empty(), "an upload has a key and an id");
    }
    return 0;
}
