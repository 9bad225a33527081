// The input's first line is a Content-Type (may be empty), the rest is a manifest's bytes.
#include "fuzz/fuzz.hpp"
#include "fuzz/json_facts.hpp"
#include "oci/json_reading.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "oci/references.hpp"
#include "oci/referrer.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace berth {

namespace {

using fuzz::require;
namespace media_type = oci::media_type;

// Of these a scanner and a runtime must not see different ones: see oci/duplicate_key.hpp.
constexpr std::array<const char*, 12> keys_read = {"schemaVersion", "mediaType", "artifactType", "config",
                                                   "layers",        "manifests", "subject",      "digest",
                                                   "size",          "urls",      "annotations",  "platform"};

std::string summary(const oci::descriptor& d) {
    return d.media_type + " " + d.digest.str() + " " + std::to_string(d.size_bytes) +
           (d.urls.empty() ? "\n" : " urls\n");
}

std::string summary(const oci::manifest& m) {
    std::string text = m.media_type + "\n";
    if (m.config) text += "config " + summary(*m.config);
    for (const auto& layer : m.layers) text += "layer " + summary(layer);
    for (const auto& entry : m.manifests) text += "manifest " + summary(entry);
    if (m.subject) text += "subject " + summary(*m.subject);
    return text;
}

void check_descriptor(const oci::descriptor& d) {
    require(oci::digest::parse(d.digest.str()) == d.digest, "a descriptor's digest is well-formed");
    require(d.size_bytes <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}, "a size is no negative number");
}

void check_shape(const oci::manifest& m) {
    require(media_type::is_manifest(m.media_type), "an accepted manifest has a type that is stored");
    const bool is_index = media_type::is_index(m.media_type);
    require(m.config.has_value() != is_index, "an image has a config and an index has none");
    require(is_index ? m.layers.empty() : m.manifests.empty(), "layers are an image's, manifests an index's");
    if (m.config) check_descriptor(*m.config);
    if (m.subject) check_descriptor(*m.subject);
    std::ranges::for_each(m.layers, check_descriptor);
    std::ranges::for_each(m.manifests, check_descriptor);
}

// A collector of garbage deletes what it does not find here.
void check_references(const oci::manifest& m, std::string_view bytes) {
    const auto read = oci::read_references(bytes);
    require(read.has_value(), "what is accepted can be read for its references");
    const auto refers_to = [&](const oci::descriptor& d) {
        return std::ranges::binary_search(read->content, d.digest);
    };
    const auto lists = [&](const oci::descriptor& d) { return std::ranges::binary_search(read->manifests, d.digest); };
    require(!m.config || refers_to(*m.config), "a config is referred to");
    require(std::ranges::all_of(m.layers, refers_to), "layers are referred to");
    require(std::ranges::all_of(m.manifests, refers_to), "what an index lists is referred to");
    require(std::ranges::all_of(m.manifests, lists), "what an index lists are manifests");
    require(read->subject.has_value() == m.subject.has_value(), "a subject is seen");
    require(!m.subject || *read->subject == m.subject->digest, "a subject is the one that was accepted");
}

void check_accepted(const oci::manifest& m, std::string_view bytes, std::string_view content_type) {
    check_shape(m);
    require(oci::detect_media_type(bytes) == m.media_type, "a manifest is served as what it was accepted as");
    const std::string_view announced = media_type::without_parameters(content_type);
    require(announced.empty() || boost::iequals(announced, m.media_type), "a manifest is what its Content-Type says");
    for (const std::string_view type : {content_type, std::string_view{}, std::string_view{m.media_type}}) {
        const auto again = oci::parse_manifest(bytes, type);
        require(again && summary(*again) == summary(m), "the same bytes always mean the same");
    }
    require(!oci::parse_manifest(std::string{bytes} + "x", content_type), "nothing follows a manifest");

    check_references(m, bytes);
    const auto referrer = oci::read_referrer(bytes);
    require(referrer.has_value() == m.subject.has_value(), "what is accepted with a subject is a referrer");
    if (referrer)
        require(referrer->subject == m.subject->digest && referrer->media_type == m.media_type,
                "a referrer is listed as what it was accepted as");

    const fuzz::json_facts facts = fuzz::facts_of(bytes);
    require(facts.depth <= 32, "an accepted manifest does not nest deeper than 32");
    for (const char* key : keys_read)
        require(!facts.duplicate_keys.contains(key), "no key that is read is there twice");
}

// Whatever registry:2 has stored.
void check_listed(std::string_view bytes) {
    const auto referrer = oci::read_referrer(bytes);
    if (!referrer) return;
    const std::string descriptor = oci::descriptor_json(*referrer, oci::digest::of(bytes), bytes.size());
    require(oci::parse_object(descriptor, oci::max_json_depth).has_value(), "a descriptor is JSON");
    require(descriptor.size() <= bytes.size() + 512, "a descriptor is hardly larger than what it describes");
}

void check_refused(const oci::error& error) {
    require(error.code == oci::errc::manifest_invalid && !error.message.empty(), "a refusal says why");
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    std::string_view manifest = fuzz::text_of(bytes, size);
    const std::string_view content_type = fuzz::take_line(manifest);
    const std::string detected = oci::detect_media_type(manifest);
    require(media_type::is_manifest(detected) || detected == media_type::docker_schema1_signed ||
                detected == media_type::octet_stream,
            "stored bytes are served as a type that is known");
    check_listed(manifest);
    if (const auto read = oci::parse_manifest(manifest, content_type)) {
        check_accepted(*read, manifest, content_type);
    } else {
        check_refused(read.error());
    }
    return 0;
}
