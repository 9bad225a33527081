#pragma once

#include "oci/digest.hpp"
#include "oci/names.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace berth::oci {

/// An image as people write it, without a registry's host: "team/net:v1", "team/net@sha256:...". Always well-formed.
struct image_reference {
    repository_name name;
    std::variant<tag, digest> by;

    /// Without tag and digest it is the tag "latest", as docker means it; with both the digest counts.
    static result<image_reference> parse(std::string_view text);

    std::string str() const;
};

}  // namespace berth::oci
