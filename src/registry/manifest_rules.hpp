#pragma once

#include "base/patterns.hpp"
#include "oci/manifest.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::registry {

/// What this registry asks of a manifest beyond the specification: the addresses its layers may name, and what of it
/// must be in the repository. No I/O. Thread-safe.
class manifest_rules {
public:
    /// Which manifests that an index lists must be there.
    enum class children {
        all,
        none,
        of_platforms,  ///< Those made for one of `platforms`, of which OS and architecture count.
    };

    struct options {
        bool check_urls = true;  ///< False: layers may name any address of the web.
        /// Addresses that layers may name. Neither is given: none; `allow` is not: all but the denied ones.
        patterns allow{};
        patterns deny{};
        /// `policy.repository.classes`: which manifests may be pushed, "image" and "plugin" by their config's media
        /// type. Empty: all.
        std::vector<std::string> classes{};
        children required = children::all;
        std::vector<oci::platform> platforms{};
    };

    manifest_rules() = default;
    explicit manifest_rules(options options) : options_{std::move(options)} {}

    /// denied for a class that may not be pushed, manifest_invalid for a layer that names an address it may not name.
    std::optional<oci::error> broken_by(const oci::manifest& manifest) const;
    /// Whether the repository must hold the blob that a manifest names as its config or a layer.
    bool must_be_there(const oci::descriptor& blob) const;
    /// The same of a manifest that an index lists.
    bool must_child_be_there(const oci::descriptor& child) const;

private:
    std::optional<oci::error> wrong_class(const oci::manifest& manifest) const;
    bool allows(const oci::descriptor& layer) const;

    options options_{};
};

}  // namespace berth::registry
