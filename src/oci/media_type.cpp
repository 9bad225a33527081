#include "oci/media_type.hpp"

namespace berth::oci::media_type {

bool is_manifest(std::string_view type) {
    return type == oci_manifest || type == docker_manifest || is_index(type);
}

bool is_index(std::string_view type) {
    return type == oci_index || type == docker_manifest_list;
}

bool is_non_distributable(std::string_view type) {
    return type.starts_with("application/vnd.docker.image.rootfs.foreign.") ||
           type.starts_with("application/vnd.oci.image.layer.nondistributable.");
}

bool is_fetched_layer(std::string_view type) {
    return is_non_distributable(type) || type.starts_with("application/vnd.oci.image.layer.");
}

std::string_view without_parameters(std::string_view content_type) {
    constexpr std::string_view blanks = " \t";
    content_type = content_type.substr(0, content_type.find(';'));
    const std::size_t first = content_type.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return content_type.substr(first, content_type.find_last_not_of(blanks) - first + 1);
}

}  // namespace berth::oci::media_type
