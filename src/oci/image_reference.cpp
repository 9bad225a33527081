#include "oci/image_reference.hpp"

#include <optional>

namespace berth::oci {

result<image_reference> image_reference::parse(std::string_view text) {
    std::optional<digest> by_digest;
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        const auto parsed = digest::parse(text.substr(at + 1));
        if (!parsed) return parsed.error();
        by_digest = *parsed;
        text = text.substr(0, at);
    }
    std::string_view tag_text = "latest";
    if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        tag_text = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    const auto name = repository_name::parse(text);
    if (!name) return name.error();
    const auto by_tag = tag::parse(tag_text);
    if (!by_tag) return by_tag.error();
    if (by_digest) return image_reference{*name, *by_digest};
    return image_reference{*name, *by_tag};
}

std::string image_reference::str() const {
    if (const auto* exact = std::get_if<digest>(&by)) return name.str() + '@' + exact->str();
    return name.str() + ':' + std::get<tag>(by).str();
}

}  // namespace berth::oci
