#include "oci/referrer.hpp"

#include "oci/json_reading.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace berth::oci {

namespace json = boost::json;

namespace {

// A string inside an object inside the manifest; "" where there is no such thing.
std::string string_in(const json::object& manifest, std::string_view part, std::string_view key) {
    const json::value* value = manifest.if_contains(part);
    if (!value || !value->is_object()) return {};
    return find_string(value->get_object(), key).value_or("");
}

std::string artifact_type_of(const json::object& manifest, std::string_view media_type) {
    const std::string stated = find_string(manifest, "artifactType").value_or("");
    if (!stated.empty() || media_type::is_index(media_type)) return stated;
    return string_in(manifest, "config", "mediaType");
}

}  // namespace

std::optional<referrer> read_referrer(std::string_view bytes) {
    const auto object = parse_object(bytes, max_stored_json_depth);
    if (!object) return std::nullopt;
    const auto subject = digest::parse(string_in(*object, "subject", "digest"));
    if (!subject) return std::nullopt;
    std::string media_type = detect_media_type(bytes);
    if (!media_type::is_manifest(media_type)) return std::nullopt;

    std::string artifact_type = artifact_type_of(*object, media_type);
    referrer read{*subject, std::move(media_type), std::move(artifact_type), {}};
    if (const json::value* annotations = object->if_contains("annotations"); annotations && annotations->is_object())
        for (const auto& [key, value] : annotations->get_object())
            if (auto text = to_string(value)) read.annotations.emplace_back(key, std::move(*text));
    return read;
}

std::string descriptor_json(const referrer& what, const digest& digest, std::uint64_t size_bytes) {
    json::object descriptor{{"mediaType", what.media_type}, {"digest", digest.str()}, {"size", size_bytes}};
    if (!what.artifact_type.empty()) descriptor["artifactType"] = what.artifact_type;
    if (!what.annotations.empty()) {
        json::object& annotations = descriptor["annotations"].emplace_object();
        for (const auto& [key, value] : what.annotations) annotations[key] = value;
    }
    return json::serialize(descriptor);
}

tag referrers_tag(const digest& subject) {
    constexpr std::size_t max_hex_digits = 64;
    return *tag::parse(std::string{subject.algorithm_name()} + "-" + subject.hex().substr(0, max_hex_digits));
}

}  // namespace berth::oci
