#include "oci/read_descriptor.hpp"

#include "oci/json_reading.hpp"
#include "oci/key_case.hpp"
#include "oci/media_type.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

namespace berth::oci {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> descriptor_keys = {"mediaType",   "digest",       "size", "urls",
                                                             "annotations", "artifactType", "data", "platform"};
constexpr std::array<std::string_view, 6> platform_keys = {"architecture", "os",      "os.version",
                                                           "os.features",  "variant", "features"};

error invalid(std::string message) {
    return {errc::manifest_invalid, std::move(message), {}};
}

bool is_text(const json::value& value) {
    return to_string(value).has_value();
}

bool is_list_of_texts(const json::value& value) {
    return value.is_null() || (value.is_array() && std::ranges::all_of(value.get_array(), is_text));
}

bool is_platform(const json::value& value) {
    if (value.is_null()) return true;
    if (!value.is_object() || has_key_in_other_case(value.get_object(), platform_keys)) return false;
    return std::ranges::all_of(value.get_object(), [](const auto& field) {
        const std::string_view key = field.key();
        if (key == "os.features" || key == "features") return is_list_of_texts(field.value());
        return std::ranges::find(platform_keys, key) == platform_keys.end() || is_text(field.value());
    });
}

// Of what is_platform has accepted.
std::optional<platform> read_platform(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    const auto text = [&](std::string_view key) { return find_string(value.get_object(), key).value_or(""); };
    return platform{text("os"), text("architecture"), text("variant")};
}

// Clients may fetch from there what the registry does not hold, so it must be no other scheme. As in registry:2.
bool is_web_address(const json::value& value) {
    const auto url = boost::urls::parse_uri(to_string(value).value_or(""));
    if (!url || url->has_fragment() || !url->has_authority()) return false;
    return url->scheme_id() == boost::urls::scheme::http || url->scheme_id() == boost::urls::scheme::https;
}

// The value at a key, null where there is none.
const json::value& at(const json::object& object, std::string_view key) {
    static const json::value null;
    const json::value* value = object.if_contains(key);
    return value ? *value : null;
}

}  // namespace

bool are_annotations(const json::value& value) {
    if (value.is_null()) return true;
    return value.is_object() &&
           std::ranges::all_of(value.get_object(), [](const auto& a) { return is_text(a.value()); });
}

outcome<descriptor> read_descriptor(const json::value& value, const std::string& where) {
    if (!value.is_object()) return invalid(where + " is not a descriptor");
    const json::object& object = value.get_object();
    if (has_key_in_other_case(object, descriptor_keys)) return invalid(where + " has a key in other case");
    const auto type = find_string(object, "mediaType");
    if (!type) return invalid(where + ".mediaType is not a string");
    const auto digest = digest::parse(find_string(object, "digest").value_or(""));
    if (!digest) return invalid(where + ".digest is not a sha256 or sha512 digest");

    // A missing size is 0, as it is to registry:2: buckets hold such manifests and their clients push them again.
    std::uint64_t size_bytes = 0;
    if (const json::value* size = object.if_contains("size")) {
        if (!size->is_int64() || size->get_int64() < 0) return invalid(where + ".size is not a size in bytes");
        size_bytes = static_cast<std::uint64_t>(size->get_int64());
    }
    const json::value& urls = at(object, "urls");
    if (!is_list_of_texts(urls)) return invalid(where + ".urls is not a list of strings");
    std::vector<std::string> addresses;
    if (urls.is_array())
        for (const json::value& url : urls.get_array()) addresses.push_back(to_string(url).value_or(""));
    if (!addresses.empty() && media_type::is_fetched_layer(*type) &&
        !std::ranges::all_of(urls.get_array(), is_web_address))
        return invalid(where + ".urls is not a list of http or https addresses");
    if (!are_annotations(at(object, "annotations"))) return invalid(where + ".annotations are not strings");
    const json::value& platform = at(object, "platform");
    if (!is_platform(platform)) return invalid(where + ".platform is not a platform");
    return descriptor{*type, *digest, size_bytes, std::move(addresses), read_platform(platform)};
}

}  // namespace berth::oci
