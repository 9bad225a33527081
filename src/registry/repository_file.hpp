#pragma once

#include "storage/layout.hpp"

#include <optional>
#include <string>

namespace berth::registry {

/// What a file below a repository's folder is, by its path alone.
struct repository_file {
    enum class kind { layer_link, revision_link, tag_link, tag_history, referrer_link, upload, mark, unknown };

    oci::repository_name repository;
    kind what = kind::unknown;
    std::optional<oci::digest> digest{};  ///< Of links: what they must hold, but for a tag's.
    std::optional<oci::tag> tag{};        ///< Of a tag's files.

    /// Nothing where `file` belongs to no repository.
    static std::optional<repository_file> parse(const storage::path& file);
};

}  // namespace berth::registry
