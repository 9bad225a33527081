#pragma once

#include "base/result.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace berth::oci {

/// A repository's name, "library/ubuntu" (distribution-spec, "Pulling manifests": <name>). At most 255
/// characters, the registry's host not counted. Always well-formed.
class repository_name {
public:
    /// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*
    static result<repository_name> parse(std::string_view text);
    const std::string& str() const { return text_; }
    friend auto operator<=>(const repository_name&, const repository_name&) = default;

private:
    explicit repository_name(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

/// A tag, "latest": [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}. Always well-formed.
class tag {
public:
    static result<tag> parse(std::string_view text);
    const std::string& str() const { return text_; }
    friend auto operator<=>(const tag&, const tag&) = default;

private:
    explicit tag(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

}  // namespace berth::oci
