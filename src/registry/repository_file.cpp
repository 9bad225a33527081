#include "registry/repository_file.hpp"

#include <vector>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

using parts = std::vector<std::string>;

parts split(std::string_view path) {
    parts all;
    for (;;) {
        const auto end = path.find('/');
        all.emplace_back(path.substr(0, end));
        if (end == std::string_view::npos) return all;  // an empty one where a slash ends the path: S3 has such keys
        path.remove_prefix(end + 1);
    }
}

// The digest that stands at `at` as <algorithm>/<hex>, where the path ends in "link" behind it.
std::optional<oci::digest> linked_at(const parts& path, std::size_t at) {
    if (path.size() != at + 3 || path.back() != "link") return std::nullopt;
    auto digest = oci::digest::parse(path[at] + ":" + path[at + 1]);
    if (!digest) return std::nullopt;
    return std::move(*digest);
}

void read_tag_file(const parts& path, repository_file& into) {
    auto tag = oci::tag::parse(path[2]);
    if (!tag) return;
    into.tag = std::move(*tag);
    if (path.size() == 5 && path[3] == "current" && path[4] == "link") into.what = repository_file::kind::tag_link;
    if (path[3] != "index") return;
    into.digest = linked_at(path, 4);
    if (into.digest) into.what = repository_file::kind::tag_history;
}

void read(const parts& path, repository_file& into) {
    using enum repository_file::kind;
    const auto link_is = [&](std::size_t at, repository_file::kind what) {
        into.digest = linked_at(path, at);
        if (into.digest) into.what = what;
    };
    if (path.size() < 2) return;
    if (path[0] == layout::uploads_folder) {
        into.what = upload;
    } else if (path[0] == layout::layers_folder) {
        link_is(1, layer_link);
    } else if (path[0] == "_referrers") {
        link_is(3, referrer_link);
    } else if (path[0] == layout::manifests_folder && path[1] == "revisions") {
        link_is(2, revision_link);
        if (path.size() == 5 && path[4].starts_with("gc-")) into.what = mark;
    } else if (path[0] == layout::manifests_folder && path[1] == "tags" && path.size() >= 5) {
        read_tag_file(path, into);
    }
}

}  // namespace

std::optional<repository_file> repository_file::parse(const storage::path& file) {
    const storage::path above = layout::repositories() + "/";
    if (!file.starts_with(above)) return std::nullopt;
    const auto end = file.find("/_", above.size());
    if (end == std::string::npos) return std::nullopt;
    auto name = oci::repository_name::parse(std::string_view{file}.substr(above.size(), end - above.size()));
    if (!name) return std::nullopt;
    repository_file read_file{std::move(*name)};
    read(split(std::string_view{file}.substr(end + 1)), read_file);
    return read_file;
}

}  // namespace berth::registry
