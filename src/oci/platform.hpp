#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace berth::oci {

/// What an image runs on, as an index says it of the manifests it lists (image-spec, "Image Index").
struct platform {
    std::string os;            ///< "linux"
    std::string architecture;  ///< As Go names them: "amd64", "arm64".
    std::string variant{};     ///< "v7"; empty: any, or none.

    /// "linux/amd64", "linux/arm/v7". Only its shape is looked at.
    static result<platform> parse(std::string_view text);
    /// Of this process.
    static platform of_this_machine();

    std::string str() const;
    /// Whether what is made for `offered` runs here. A variant counts where both name one.
    bool accepts(const platform& offered) const;

    friend bool operator==(const platform&, const platform&) = default;
};

}  // namespace berth::oci
