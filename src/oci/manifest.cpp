#include "oci/manifest.hpp"

#include "oci/duplicate_key.hpp"
#include "oci/json_reading.hpp"
#include "oci/key_case.hpp"
#include "oci/media_type.hpp"
#include "oci/read_descriptor.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/value.hpp>

#include <array>

namespace berth::oci {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 12> keys_read = {"schemaVersion", "mediaType", "artifactType", "config",
                                                        "layers",        "manifests", "subject",      "digest",
                                                        "size",          "urls",      "annotations",  "platform"};

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

outcome<std::vector<descriptor>> read_list(const json::object& object, const std::string& key) {
    std::vector<descriptor> list;
    const json::value* value = object.if_contains(key);
    if (!value || value->is_null()) return list;  // As Go programs write an empty list.
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
    if (!announced.empty() && !boost::iequals(announced, type))
        return invalid("Content-Type does not fit the manifest, which is " + type);
    return type;
}

// What is wrong with the fields that only a list of referrers shows. registry:2 refuses such annotations too.
std::optional<error> check_shown_fields(const json::object& object) {
    if (!find_string(object, "artifactType")) return invalid("artifactType is not a string");
    const json::value* annotations = object.if_contains("annotations");
    if (annotations && !are_annotations(*annotations)) return invalid("annotations are not strings");
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
