#pragma once

#include "oci/digest.hpp"
#include "oci/error.hpp"
#include "oci/platform.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::oci {

/// What a manifest says of the content it points to (image-spec, descriptor.md). Only what a registry needs.
struct descriptor {
    std::string media_type;
    oci::digest digest;
    std::uint64_t size_bytes = 0;
    std::vector<std::string> urls{};          ///< Where clients may fetch it besides.
    std::optional<oci::platform> made_for{};  ///< Where an index says it of what it lists.
};

/// What a registry must know of a manifest or index. The bytes themselves are what is stored and returned,
/// never this.
struct manifest {
    std::string media_type;             ///< Always one of the four of media_type::is_manifest.
    std::optional<descriptor> config;   ///< Image manifests only.
    std::vector<descriptor> layers;     ///< Image manifests only.
    std::vector<descriptor> manifests;  ///< Indexes and lists only.
    std::optional<descriptor> subject;
};

/// The largest manifest that is accepted, as in registry:2.
inline constexpr std::size_t max_manifest_bytes = 4 * 1024 * 1024;

/// Reads a manifest's bytes. The type comes from the bytes: `mediaType` where present, else by shape
/// (`manifests`: an OCI index; `config` or `layers`: an OCI image manifest). `content_type` (may be empty:
/// then nothing is compared) must not contradict it. Refused with manifest_invalid and a message that says
/// why: not JSON, nesting deeper than 32, a duplicate of a key that is read here, schemaVersion other than 2,
/// schema 1, both `manifests` and `layers`/`config`, an unknown type, a descriptor that is none
/// (read_descriptor.hpp), a missing config, an artifactType or an annotation that is no string.
outcome<manifest> parse_manifest(std::string_view bytes, std::string_view content_type);

/// The media type to answer a GET with: from stored bytes, however old or odd they are. Falls back to
/// media_type::oci_manifest's neighbours by shape as registry:2 does, and to octet_stream for what is no
/// manifest.
std::string detect_media_type(std::string_view bytes);

}  // namespace berth::oci
