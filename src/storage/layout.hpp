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
///     |- blobs
///     |  `- <algorithm>/<first two hex digits>/<hex>/data              every blob and manifest, once
///     `- repositories
///        `- <name>                                                     "library/ubuntu": one folder per component
///           |- _layers/<algorithm>/<hex>/link                          this repository holds that blob
///           |- _manifests
///           |  |- revisions/<algorithm>/<hex>/link                     this repository holds that manifest
///           |  `- tags/<tag>
///           |     |- current/link                                      what the tag means now
///           |     `- index/<algorithm>/<hex>/link                      what it ever meant
///           |- _referrers/<subject's algorithm>/<hex>                  registry:2 passes over this folder
///           |  `- <algorithm>/<hex>/link                               this manifest refers to that subject
///           `- _uploads/<uuid>
///              |- data                                                 the bytes so far
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
path upload(const oci::repository_name& name, std::string_view uuid);
path upload_data(const oci::repository_name& name, std::string_view uuid);
path upload_started_at(const oci::repository_name& name, std::string_view uuid);

/// Longer than any link can be: what a reader of links allows.
inline constexpr std::size_t max_link_bytes = 256;
/// The digest a link file holds; an error for anything but exactly that (blanks at the ends are tolerated on reading).
result<oci::digest> parse_link(std::string_view content);

}  // namespace berth::storage::layout
