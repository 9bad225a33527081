// The input is a request's target as it stands in the request line: "/v2/library/ubuntu/manifests/latest?x=y".
#include "api/route.hpp"
#include "fuzz/fuzz.hpp"
#include "oci/digest.hpp"
#include "oci/names.hpp"
#include "storage/layout.hpp"

#include <algorithm>

namespace berth {

namespace {

using api::resource;
using fuzz::require;
namespace layout = storage::layout;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c - 'A' + 10;
}

// Percent-decoding of text that is known to be well-formed.
std::string decoded_once(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
        i += 2;
    }
    return plain;
}

std::string encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string escaped;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        escaped += {'%', digits[byte / 16], digits[byte % 16]};
    }
    return escaped;
}

// The target's path, without the scheme and host that a client may have put before it.
std::string_view path_of(std::string_view target) {
    target = target.substr(0, target.find('?'));
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t slash = target.find('/', scheme.size());
        return slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    return target;
}

// What may have stood in the request, put together again from what was found in it.
bool is_decoded_path_of(const std::string& path, const api::route& found) {
    const std::string begin = "/v2/" + std::string{found.name};
    const std::string reference{found.reference};
    switch (found.what) {
        case resource::root:
            return path == "/";
        case resource::bare:
            return path == "/v2";
        case resource::base:
            return path == "/v2/";
        case resource::catalog:
            return path == "/v2/_catalog";
        case resource::tags:
            return path == begin + "/tags/list";
        case resource::manifest:
            return path == begin + "/manifests/" + reference;
        case resource::referrers:
            return path == begin + "/referrers/" + reference;
        case resource::blob:
            return path == begin + "/blobs/" + reference;
        case resource::uploads:
            return path == begin + "/blobs/uploads" || path == begin + "/blobs/uploads/";
        case resource::upload:
            return path == begin + "/blobs/uploads/" + reference;
        case resource::warm:
            return path == "/berth/warm/" + std::string{found.name};
        case resource::pins:
            return path == "/berth/pins";
        case resource::pin:
            return path == "/berth/pins/" + std::string{found.name};
        default:
            return found.what == resource::none || path.starts_with(begin + "/");
    }
}

// `path` lies below `folder` whoever walks it: every component is a plain name.
bool is_below(std::string_view folder, std::string_view path) {
    if (!path.starts_with(folder) || path.size() <= folder.size() || path[folder.size()] != '/') return false;
    path.remove_prefix(folder.size());
    while (!path.empty()) {
        path.remove_prefix(1);  // a slash
        const std::string_view component = path.substr(0, path.find('/'));
        if (component.empty() || component == "." || component == "..") return false;
        if (!std::ranges::all_of(component, [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '%'; }))
            return false;
        path.remove_prefix(component.size());
        if (path == "/") return false;
    }
    return true;
}

void check_place(const api::route& found) {
    const bool takes_name = found.what != resource::none && found.what != resource::root &&
                            found.what != resource::bare && found.what != resource::base &&
                            found.what != resource::catalog && found.what != resource::pins;
    require(found.name.empty() != takes_name,
            "a resource of a repository or an image has a name, and no other has one");
}

void check_query(const api::route& found) {
    std::string target = "/v2/";
    for (const auto& [key, value] : found.query)
        target += (target.back() == '/' ? "?" : "&") + encoded(key) + "=" + encoded(value);
    const auto again = api::parse_target(target);
    require(again && again->query == found.query, "query parameters survive being written and read again");
    for (const auto& [key, value] : found.query) {
        const auto first = std::ranges::find(found.query, key, [](const auto& entry) { return entry.first; });
        require(found.parameter(key) == first->second, "a parameter is the first of its name");
    }
}

void check_digest(const std::string& text, const oci::repository_name& name) {
    const auto digest = oci::digest::parse(text);
    if (!digest) return;
    require(digest->str() == text && *oci::digest::parse(digest->str()) == *digest, "a digest reads as it was written");
    require(is_below(layout::root, layout::blob_data(*digest)), "a blob lies below the root");
    for (const std::string& path : {layout::layer_link(name, *digest), layout::revision_link(name, *digest),
                                    layout::referrer_link(name, *digest, *digest)})
        require(is_below(layout::repository(name), path), "a link by digest lies below its repository");
    require(*layout::parse_link(digest->str()) == *digest, "a link file reads as it was written");
}

void check_tag(const std::string& text, const oci::repository_name& name) {
    const auto tag = oci::tag::parse(text);
    if (!tag) return;
    require(tag->str() == text && *oci::tag::parse(tag->str()) == *tag, "a tag reads as it was written");
    require(!oci::digest::parse(text), "no text is a tag and a digest");
    const std::string folder = layout::tags(name);
    require(is_below(folder, layout::tag_current_link(name, *tag)), "a tag's link lies below the tags");
    require(is_below(folder, layout::tag_index_link(name, *tag, oci::digest::of(""))), "its history does, too");
}

void check_name(const std::string& text, const api::route& found) {
    const auto name = oci::repository_name::parse(text);
    if (!name) return;
    require(name->str() == text && *oci::repository_name::parse(name->str()) == *name,
            "a name reads as it was written");
    const std::string folder = layout::repository(*name);
    require(is_below(layout::repositories(), folder), "a repository lies below the repositories");
    require(folder.find("/_") == std::string::npos, "no repository lies in a folder that the layout uses itself");
    check_tag(std::string{found.reference}, *name);
    check_digest(std::string{found.reference}, *name);
    for (const auto& [key, value] : found.query) check_digest(value, *name);
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    const std::string_view target = fuzz::text_of(bytes, size);
    const auto found = api::parse_target(target);
    if (!found) return 0;
    require(is_decoded_path_of(decoded_once(path_of(target)), *found),
            "what was found in the path is what stands there, decoded once");
    check_place(*found);
    check_query(*found);
    check_name(std::string{found->name}, *found);
    for (const auto& [key, value] : found->query) check_name(value, *found);  // "from" of a mount
    return 0;
}
