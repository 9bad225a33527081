#include "oci/manifest.hpp"

#include "oci/duplicate_key.hpp"
#include "oci/json_reading.hpp"
#include "oci/key_case.hpp"
#include "oci/media_type.hpp"

#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

namespace berth::oci {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 11> keys_read = {"schemaVersion", "mediaType", "artifactType", "config",
                                                        "layers",        "manifests", "subject",      "digest",
                                                        "size",          "urls",      "annotations"};

error invalid(std::string message) {
    return {errc::manifest_invalid, std::move(message), {}};
}

std::int64_t schema_version(const json::object& object) {
    const json::value* value = object.if_contains("schemaVersion");
    return value && value->is_int64() ? value->get_int64() : 0;
}

std::string type_by_shape(const json::object& object) {
    if (object.contains("manifests")) return std::string{media_type::oci_index};
    if (object.contains("config") || object.contains("layers")) return std::string{media_type::oci_manifest};
    return {};
}

// Clients may fetch from there what the registry does not hold, so it must be no other scheme. As in registry:2.
bool is_web_address(const json::value& value) {
    const auto text = to_string(value);
    const auto url = boost::urls::parse_uri(text.value_or(""));
    if (!url || url->has_fragment() || !url->has_authority()) return false;
    return url->scheme_id() == boost::urls::scheme::http || url->scheme_id() == boost::urls::scheme::https;
}

outcome<descriptor> read_descriptor(const json::value& value, const std::string& where) {
    const json::object* object = value.if_object();
    if (!object) return invalid(where + " is not a descriptor");
    if (has_key_in_other_case(*object, keys_read)) return invalid(where + " has a key in other case");
    const auto type = find_string(*object, "mediaType");
    if (!type) return invalid(where + ".mediaType is not a string");
    const auto digest = digest::parse(find_string(*object, "digest").value_or(""));
    if (!digest) return invalid(where + ".digest is not a sha256 or sha512 digest");

    // A missing size is 0, as it is to registry:2: buckets hold such manifests and their clients push them
    // again.
    std::uint64_t size_bytes = 0;
    if (const json::value* size = object->if_contains("size")) {
        if (!size->is_int64() || size->get_int64() < 0) return invalid(where + ".size is not a size in bytes");
        size_bytes = static_cast<std::uint64_t>(size->get_int64());
    }
    const json::value* urls = object->if_contains("urls");
    if (!urls || urls->is_null()) return descriptor{*type, *digest, size_bytes, false};
    if (!urls->is_array()) return invalid(where + ".urls is not a list");
    if (media_type::is_fetched_layer(*type) && !std::ranges::all_of(urls->get_array(), is_web_address))
        return invalid(where + ".urls is not a list of http or https addresses");
    return descriptor{*type, *digest, size_bytes, !urls->get_array().empty()};
}

outcome<std::vector<descriptor>> read_list(const json::object& object, const std::string& key) {
    const json::value* value = object.if_contains(key);
    if (!value) return invalid(key + " is missing");
    std::vector<descriptor> list;
    if (value->is_null()) return list;  // Go programs write an empty list so.
    if (!value->is_array()) return invalid(key + " is not a list");
    for (const json::value& item : value->get_array()) {
        auto read = read_descriptor(item, key + "[" + std::to_string(list.size()) + "]");
        if (!read) return read.error();
        list.push_back(std::move(*read));
    }
    return list;
}

// The type the manifest has, or why it may not have it.
outcome<std::string> decide_type(const json::object& object, std::string_view content_type) {
    const std::string_view announced = media_type::without_parameters(content_type);
    const auto stated = find_string(object, "mediaType");
    if (!stated) return invalid("mediaType is not a string");
    if (schema_version(object) == 1 || *stated == media_type::docker_schema1 ||
        *stated == media_type::docker_schema1_signed)
        return invalid("schema 1 manifests are not accepted, push the image with a current client");
    if (schema_version(object) != 2) return invalid("schemaVersion is not 2");

    const bool image_shape = object.contains("config") || object.contains("layers");
    const bool index_shape = object.contains("manifests");
    if (image_shape && index_shape)
        return invalid("both an image manifest and an index: it has manifests and config or layers");

    std::string type = stated->empty() ? type_by_shape(object) : *stated;
    if (type.empty()) return invalid("neither an image manifest nor an index: no config, layers or manifests");
    if (!media_type::is_manifest(type)) return invalid("mediaType is not one that this registry stores");
    if (media_type::is_index(type) ? image_shape : index_shape) return invalid("mediaType does not fit the content");
    if (!announced.empty() && announced != type)
        return invalid("Content-Type does not fit the manifest, which is " + type);
    return type;
}

// What is wrong with the fields that only a list of referrers shows. registry:2 refuses such annotations too.
std::optional<error> check_shown_fields(const json::object& object) {
    if (!find_string(object, "artifactType")) return invalid("artifactType is not a string");
    const json::value* annotations = object.if_contains("annotations");
    if (!annotations || annotations->is_null()) return std::nullopt;
    if (!annotations->is_object()) return invalid("annotations is not an object");
    for (const auto& annotation : annotations->get_object())
        if (!to_string(annotation.value())) return invalid("an annotation is not a string");
    return std::nullopt;
}

}  // namespace

outcome<manifest> parse_manifest(std::string_view bytes, std::string_view content_type) {
    const auto object = parse_object(bytes, max_json_depth);
    if (!object) return invalid("not a JSON object, or nested deeper than 32 levels");
    if (has_duplicate_key(bytes, keys_read, max_json_depth)) return invalid("a key is there twice");
    if (has_key_in_other_case(*object, keys_read)) return invalid("a key is there in other case");

    auto type = decide_type(*object, content_type);
    if (!type) return type.error();
    if (auto wrong = check_shown_fields(*object)) return std::move(*wrong);
    manifest read;
    read.media_type = std::move(*type);

    if (const json::value* subject = object->if_contains("subject"); subject && !subject->is_null()) {
        auto descriptor = read_descriptor(*subject, "subject");
        if (!descriptor) return descriptor.error();
        read.subject = std::move(*descriptor);
    }
    if (media_type::is_index(read.media_type)) {
        auto manifests = read_list(*object, "manifests");
        if (!manifests) return manifests.error();
        read.manifests = std::move(*manifests);
        return read;
    }
    const json::value* config = object->if_contains("config");
    if (!config) return invalid("config is missing");
    auto descriptor = read_descriptor(*config, "config");
    if (!descriptor) return descriptor.error();
    read.config = std::move(*descriptor);
    auto layers = read_list(*object, "layers");
    if (!layers) return layers.error();
    read.layers = std::move(*layers);
    return read;
}

std::string detect_media_type(std::string_view bytes) {
    const std::string unknown{media_type::octet_stream};
    const auto object = parse_object(bytes, max_stored_json_depth);
    if (!object) return unknown;
    if (schema_version(*object) == 1) return std::string{media_type::docker_schema1_signed};
    const std::string stated = find_string(*object, "mediaType").value_or("");
    if (media_type::is_manifest(stated)) return stated;
    const std::string by_shape = type_by_shape(*object);
    return stated.empty() && !by_shape.empty() ? by_shape : unknown;
}

}  // namespace berth::oci
