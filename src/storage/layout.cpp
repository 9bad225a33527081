#include "storage/layout.hpp"

#include "base/random_id.hpp"

#include <algorithm>
#include <charconv>

namespace berth::storage::layout {

namespace {

// "<algorithm>/<hex>"
std::string folder_of(const oci::digest& digest) {
    return std::string{digest.algorithm_name()} + "/" + digest.hex();
}

// "<algorithm>/<first two hex digits>/<hex>"
std::string folder_by_prefix(const oci::digest& digest) {
    return std::string{digest.algorithm_name()} + "/" + digest.hex().substr(0, 2) + "/" + digest.hex();
}

constexpr std::string_view data_name = "data";

const std::string own_folder = std::string{root} + "/_berth";

std::string link_of(const oci::digest& digest) {
    return folder_of(digest) + "/link";
}

}  // namespace

path blobs() {
    return std::string{root} + "/blobs";
}

path blob(const oci::digest& digest) {
    return blobs() + "/" + folder_by_prefix(digest);
}

path blob_data(const oci::digest& digest) {
    return blob(digest) + "/data";
}

path repositories() {
    return std::string{root} + "/repositories";
}

path repository(const oci::repository_name& name) {
    return repositories() + "/" + name.str();
}

path layer_link(const oci::repository_name& name, const oci::digest& digest) {
    return repository(name) + "/_layers/" + link_of(digest);
}

path revisions(const oci::repository_name& name) {
    return repository(name) + "/_manifests/revisions";
}

path revision(const oci::repository_name& name, const oci::digest& digest) {
    return revisions(name) + "/" + folder_of(digest);
}

path revision_link(const oci::repository_name& name, const oci::digest& digest) {
    return revision(name, digest) + "/link";
}

path referrers(const oci::repository_name& name, const oci::digest& subject) {
    return repository(name) + "/_referrers/" + folder_of(subject);
}

path referrer_link(const oci::repository_name& name, const oci::digest& subject, const oci::digest& referrer) {
    return referrers(name, subject) + "/" + link_of(referrer);
}

path tags(const oci::repository_name& name) {
    return repository(name) + "/_manifests/tags";
}

path tag(const oci::repository_name& name, const oci::tag& tag) {
    return tags(name) + "/" + tag.str();
}

path tag_current_link(const oci::repository_name& name, const oci::tag& tag) {
    return layout::tag(name, tag) + "/current/link";
}

path tag_index(const oci::repository_name& name, const oci::tag& tag) {
    return layout::tag(name, tag) + "/index";
}

path tag_index_entry(const oci::repository_name& name, const oci::tag& tag, const oci::digest& digest) {
    return tag_index(name, tag) + "/" + folder_of(digest);
}

path tag_index_link(const oci::repository_name& name, const oci::tag& tag, const oci::digest& digest) {
    return tag_index_entry(name, tag, digest) + "/link";
}

path uploads(const oci::repository_name& name) {
    return repository(name) + "/" + std::string{uploads_folder};
}

path upload(const oci::repository_name& name, std::string_view uuid) {
    return uploads(name) + "/" + std::string{uuid};
}

path upload_data(const oci::repository_name& name, std::string_view uuid) {
    return upload(name, uuid) + "/" + std::string{data_name};
}

path upload_started_at(const oci::repository_name& name, std::string_view uuid) {
    return upload(name, uuid) + "/" + std::string{started_at_name};
}

namespace {

constexpr std::string_view state_prefix = "state-", rest_prefix = "rest-";

// Takes "123-" off the front; nothing where it is not written as to_string does.
std::optional<std::uint64_t> take_number(std::string_view& from) {
    const std::size_t end = from.find('-');
    std::uint64_t number = 0;
    const auto [stop, failure] = std::from_chars(from.data(), from.data() + std::min(end, from.size()), number);
    if (end == std::string_view::npos || failure != std::errc{} || from.substr(0, end) != std::to_string(number))
        return std::nullopt;
    from.remove_prefix(end + 1);
    return number;
}

}  // namespace

path upload_state(const oci::repository_name& name, std::string_view uuid, const upload_state_name& state) {
    return upload(name, uuid) + "/" + std::string{state_prefix} + std::to_string(state.generation) + "-" +
           std::to_string(state.offset) + "-" + state.id;
}

path upload_rest(const oci::repository_name& name, std::string_view uuid, std::string_view id) {
    return upload(name, uuid) + "/" + std::string{rest_prefix} + std::string{id};
}

std::optional<upload_state_name> parse_upload_state(std::string_view name) {
    if (!name.starts_with(state_prefix)) return std::nullopt;
    name.remove_prefix(state_prefix.size());
    const auto generation = take_number(name), offset = take_number(name);
    if (!generation || !offset || !is_uuid(name)) return std::nullopt;
    return upload_state_name{*generation, *offset, std::string{name}};
}

std::optional<std::string> parse_upload_rest(std::string_view name) {
    if (!name.starts_with(rest_prefix) || !is_uuid(name.substr(rest_prefix.size()))) return std::nullopt;
    return std::string{name.substr(rest_prefix.size())};
}

bool is_of_upload(std::string_view name) {
    return name == started_at_name || name == data_name || parse_upload_state(name) || parse_upload_rest(name);
}

path upload_purge_lease() {
    return own_folder + "/uploadpurging";
}

path intents() {
    return own_folder + "/intents";
}

path intent(std::string_view uuid) {
    return intents() + "/" + std::string{uuid};
}

path trash() {
    return own_folder + "/trash";
}

path trashed_blob(const oci::digest& digest) {
    return trash() + "/" + folder_by_prefix(digest) + "/data";
}

path running_collections() {
    return own_folder + "/collections/running";
}

path running_collection(std::string_view uuid) {
    return running_collections() + "/" + std::string{uuid};
}

path unreferenced_blobs() {
    return own_folder + "/collections/unreferenced";
}

path last_collection() {
    return own_folder + "/collections/last";
}

path collection_lease() {
    return own_folder + "/collections/schedule";
}

namespace {

// Cuts both ends off `from`, or leaves it as it is.
bool take(std::string_view& from, std::string_view begin, std::string_view end) {
    if (from.size() < begin.size() + end.size() || !from.starts_with(begin) || !from.ends_with(end)) return false;
    from = from.substr(begin.size(), from.size() - begin.size() - end.size());
    return true;
}

// "sha256/ab/abcd..." as folder_by_prefix() writes it.
std::optional<oci::digest> parse_folder_by_prefix(std::string_view folder) {
    const std::string algorithm{folder.substr(0, folder.find('/'))}, hex{folder.substr(folder.rfind('/') + 1)};
    auto digest = oci::digest::parse(algorithm + ":" + hex);
    if (!digest || folder_by_prefix(*digest) != folder) return std::nullopt;
    return std::move(*digest);
}

}  // namespace

std::optional<oci::digest> parse_blob_data(std::string_view file) {
    return take(file, blobs() + "/", "/data") ? parse_folder_by_prefix(file) : std::nullopt;
}

std::optional<oci::digest> parse_trashed_blob(std::string_view file) {
    return take(file, trash() + "/", "/data") ? parse_folder_by_prefix(file) : std::nullopt;
}

std::optional<pushed_file> parse_pushed_file(std::string_view file) {
    if (auto blob = parse_blob_data(file)) return pushed_file{{}, std::nullopt, std::move(blob)};
    std::string_view rest = file;
    if (!take(rest, repositories() + "/", "/data")) return std::nullopt;
    const std::size_t slash = rest.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view uuid = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
    const bool in_uploads = take(rest, "", "/" + std::string{uploads_folder});
    if (!in_uploads || !is_uuid(uuid)) return std::nullopt;
    auto repository = oci::repository_name::parse(rest);
    if (!repository) return std::nullopt;
    return pushed_file{std::string{uuid}, std::move(*repository), std::nullopt};
}

result<oci::digest> parse_link(std::string_view content) {
    constexpr std::string_view blanks = " \t\r\n";
    while (!content.empty() && blanks.find(content.front()) != std::string_view::npos) content.remove_prefix(1);
    while (!content.empty() && blanks.find(content.back()) != std::string_view::npos) content.remove_suffix(1);
    return oci::digest::parse(content);
}

}  // namespace berth::storage::layout
