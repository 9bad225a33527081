#pragma once

#include "oci/digest.hpp"
#include "oci/names.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::oci {

/// A manifest that refers to another by its `subject`, as a list of referrers shows it (distribution-spec, "Listing
/// Referrers").
struct referrer {
    oci::digest subject;
    std::string media_type;
    std::string artifact_type;  ///< The manifest's, else the media type of its config; empty: it has none.
    std::vector<std::pair<std::string, std::string>> annotations;  ///< In the manifest's order.
};

/// Reads stored bytes. More tolerant than parse_manifest, because registry:2 stores what berth would refuse:
/// annotations that are no strings are left out. Nothing for what is no manifest, and for one without a valid subject.
std::optional<referrer> read_referrer(std::string_view bytes);

/// The descriptor of a referrer with this digest and size as JSON.
std::string descriptor_json(const referrer& what, const digest& digest, std::uint64_t size_bytes);

/// The tag under which clients of a registry without the referrers API keep an index of a subject's referrers
/// (distribution-spec, "Referrers Tag Schema"): "sha256-<hex>", of the hex at most 64 digits.
tag referrers_tag(const digest& subject);

}  // namespace berth::oci
