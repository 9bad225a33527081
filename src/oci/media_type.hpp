#pragma once

#include <string_view>

namespace berth::oci::media_type {

inline constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view docker_manifest_list = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_schema1 = "application/vnd.docker.distribution.manifest.v1+json";
inline constexpr std::string_view docker_schema1_signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
inline constexpr std::string_view oci_image_config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view docker_image_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view docker_plugin_config = "application/vnd.docker.plugin.v1+json";
inline constexpr std::string_view octet_stream = "application/octet-stream";

/// One of the four types of manifest that are stored.
bool is_manifest(std::string_view type);
/// An index or a manifest list: lists other manifests.
bool is_index(std::string_view type);
/// A layer whose bytes a registry need not hold: Docker's foreign and OCI's non-distributable layers.
bool is_non_distributable(std::string_view type);
/// A layer that clients may fetch from the addresses in its descriptor: the above and all of OCI's.
bool is_fetched_layer(std::string_view type);
/// "application/json; charset=utf-8" -> "application/json", blanks trimmed.
std::string_view without_parameters(std::string_view content_type);

}  // namespace berth::oci::media_type
