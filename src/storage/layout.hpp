#pragma once

#include "oci/digest.hpp"
#include "oci/names.hpp"
#include "storage/driver.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What lies where: registry:2's layout, to the byte, so that both work on one bucket.
///
///     /docker/registry/v2
///     |- _berth                                                        berth's own
///     |  |- uploadpurging                                              when uploads were last purged
///     |  |- intents/<uuid>                                             a manifest that is being pushed
///     |  |- trash/<algorithm>/<first two hex digits>/<hex>/data        a blob that nothing referred to
///     |  `- collections
///     |     |- running/<uuid>                                          a collection of garbage
///     |     |- unreferenced                                            since when which blobs are referred to by
///     nothing |     `- last                                                    what the last collection found
///     |- blobs
///     |  `- <algorithm>/<first two hex digits>/<hex>
///     |     |- data                                                    every blob and manifest, once
///     |     `- gc-{cond,del,keep}-<uuid>                               what collectors and writers tell each other
///     `- repositories
///        `- <name>                                                     "library/ubuntu": one folder per component
///           |- _layers/<algorithm>/<hex>/link                          this repository holds that blob
///           |- _manifests
///           |  |- revisions/<algorithm>/<hex>
///           |  |  |- link                                              this repository holds that manifest
///           |  |  `- gc-{cond,del,keep}-<uuid>                         as beside a blob
///           |  `- tags/<tag>
///           |     |- current/link                                      what the tag means now
///           |     `- index/<algorithm>/<hex>/link                      what it ever meant
///           |- _referrers/<subject's algorithm>/<hex>                  registry:2 passes over this folder
///           |  `- <algorithm>/<hex>/link                               this manifest refers to that subject
///           `- _uploads/<uuid>
///              |- data                                                 the bytes so far
///              |- rest-<uuid>                                          those that fill no part yet (berth's own)
///              |- state-<generation>-<offset>-<uuid>                   what to go on from (berth's own)
///              `- startedat                                            RFC 3339, UTC
///
/// A link file holds "<algorithm>:<hex>" and nothing else, no newline. A write goes bottom up, so that a crash leaves
/// garbage but never something that points nowhere: data, layer links, revision link, referrer link, tag index, tag
/// current.
/// Source: docs/storage-layout.md.
namespace berth::storage::layout {

inline constexpr std::string_view root = "/docker/registry/v2";

/// Folders of a repository. Repositories below it lie beside them: their names begin with no "_".
inline constexpr std::string_view layers_folder = "_layers";
inline constexpr std::string_view manifests_folder = "_manifests";
inline constexpr std::string_view uploads_folder = "_uploads";

path blobs();
path blob(const oci::digest& digest);
path blob_data(const oci::digest& digest);

path repositories();
path repository(const oci::repository_name& name);
path layer_link(const oci::repository_name& name, const oci::digest& digest);
path revisions(const oci::repository_name& name);
path revision(const oci::repository_name& name, const oci::digest& digest);
path revision_link(const oci::repository_name& name, const oci::digest& digest);
path referrers(const oci::repository_name& name, const oci::digest& subject);
path referrer_link(const oci::repository_name& name, const oci::digest& subject, const oci::digest& referrer);
path tags(const oci::repository_name& name);
path tag(const oci::repository_name& name, const oci::tag& tag);
path tag_current_link(const oci::repository_name& name, const oci::tag& tag);
path tag_index(const oci::repository_name& name, const oci::tag& tag);
path tag_index_entry(const oci::repository_name& name, const oci::tag& tag, const oci::digest& digest);
path tag_index_link(const oci::repository_name& name, const oci::tag& tag, const oci::digest& digest);
path uploads(const oci::repository_name& name);
path upload(const oci::repository_name& name, std::string_view uuid);
path upload_data(const oci::repository_name& name, std::string_view uuid);
path upload_started_at(const oci::repository_name& name, std::string_view uuid);
inline constexpr std::string_view started_at_name = "startedat";

/// A state that an upload has come to.
struct upload_state_name {
    std::uint64_t generation = 0;
    std::uint64_t offset = 0;
    std::string id;  ///< A UUID.
};
path upload_state(const oci::repository_name& name, std::string_view uuid, const upload_state_name& state);
path upload_rest(const oci::repository_name& name, std::string_view uuid, std::string_view id);
/// Of names in an upload's folder. Nothing for any other name.
std::optional<upload_state_name> parse_upload_state(std::string_view name);
std::optional<std::string> parse_upload_rest(std::string_view name);
/// Whether a file of that name in an upload's folder is one of the above.
bool is_of_upload(std::string_view name);

/// What tells the other nodes when the last one has looked for abandoned uploads. berth's own.
path upload_purge_lease();

/// What collectors of garbage and those who push tell each other (docs/adr/0022-collecting-beside-writers.md). All
/// berth's own.
path intents();
path intent(std::string_view uuid);
path trash();
path trashed_blob(const oci::digest& digest);
path running_collections();
path running_collection(std::string_view uuid);
path unreferenced_blobs();
path last_collection();
/// What tells the other nodes when the last one has begun a collection by its schedule.
path collection_lease();
/// The blob whose bytes, or whose bytes in the trash, such a file has. Nothing for any other file.
std::optional<oci::digest> parse_blob_data(std::string_view file);
std::optional<oci::digest> parse_trashed_blob(std::string_view file);

/// What a file that a push writes is for: an upload, or a blob at its own place.
struct pushed_file {
    std::string uuid;                                ///< Of the upload; empty for a blob.
    std::optional<oci::repository_name> repository;  ///< The upload's.
    std::optional<oci::digest> blob;                 ///< Nothing for an upload.
};
/// Nothing for a file that no push writes as a stream.
std::optional<pushed_file> parse_pushed_file(std::string_view file);

/// Longer than any link can be: what a reader of links allows.
inline constexpr std::size_t max_link_bytes = 256;
/// The digest a link file holds; an error for anything but exactly that (blanks at the ends are tolerated on reading).
result<oci::digest> parse_link(std::string_view content);

}  // namespace berth::storage::layout
