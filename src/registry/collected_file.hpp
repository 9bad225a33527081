#pragma once

#include "storage/layout.hpp"

#include <optional>
#include <string_view>

namespace berth::registry {

/// A file that a collection of garbage may remove while others write, and where both leave word of what they do: a
/// blob's bytes, or the link by which a repository holds a manifest.
struct collected_file {
    storage::path folder;
    storage::path file;                  ///< In `folder`; beside it the marks lie.
    std::optional<storage::path> trash;  ///< Where a copy may lie after it was removed.
};

inline collected_file blob_file(const oci::digest& digest) {
    namespace layout = storage::layout;
    return {layout::blob(digest), layout::blob_data(digest), layout::trashed_blob(digest)};
}

inline collected_file revision_file(const oci::repository_name& name, const oci::digest& manifest) {
    namespace layout = storage::layout;
    return {layout::revision(name, manifest), layout::revision_link(name, manifest), std::nullopt};
}

/// The marks: files beside a collected one, whose names end with the id of the collection or of the writer.
/// Source: docs/adr/0022-collecting-beside-writers.md.
namespace mark {

inline constexpr std::string_view condemned = "gc-cond-";  ///< A collection has found nothing that refers to it.
inline constexpr std::string_view doomed = "gc-del-";      ///< It goes at any moment until the time that this holds.
inline constexpr std::string_view wanted = "gc-keep-";     ///< A writer counts on it.

}  // namespace mark

}  // namespace berth::registry
