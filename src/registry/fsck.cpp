#include "registry/fsck.hpp"

#include "async/for_each.hpp"
#include "base/hash.hpp"
#include "oci/manifest.hpp"
#include "oci/references.hpp"

#include <algorithm>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

constexpr std::size_t files_at_once = 1000;
constexpr std::size_t repositories_at_once = 8;
constexpr std::size_t reads_at_once = 16;  // of a repository
constexpr std::size_t hashes_at_once = 4;
constexpr std::size_t piece_bytes = 256 * 1024;

// Larger than a manifest can be: what is there is not cut off.
constexpr std::size_t max_bytes = 2 * oci::max_manifest_bytes;

}  // namespace

awaitable<fsck::counts> fsck::check() {
    co_await list_blobs();
    co_await list_trash();
    co_await walk_repositories();
    co_await look_through_blobs();
    co_await ask_again();
    co_return counts_;
}

awaitable<void> fsck::list_blobs() {
    storage::path last;
    storage::file_page page;
    do {
        page = co_await driver_.list_files(layout::blobs(), last, files_at_once);
        if (!page.files.empty()) last = page.files.back().file;
        for (const storage::listed_file& one : page.files) {
            const storage::path folder = one.file.substr(0, one.file.rfind('/'));
            const auto digest = layout::parse_blob_data(folder + "/data");
            if (digest && one.file == layout::blob_data(*digest)) {
                sizes_.put(*digest, one.size_bytes);
                ++counts_.blobs;
                counts_.bytes += one.size_bytes;
            } else if (!digest || !one.file.substr(folder.size() + 1).starts_with("gc-")) {
                take_unknown(one.file);
            }
        }
        report_progress();
    } while (page.more);
}

awaitable<void> fsck::list_trash() {
    storage::path last;
    storage::file_page page;
    do {
        page = co_await driver_.list_files(layout::trash(), last, files_at_once);
        if (!page.files.empty()) last = page.files.back().file;
        for (const storage::listed_file& one : page.files)
            if (const auto digest = layout::parse_trashed_blob(one.file)) trash_.insert(*digest);
    } while (page.more);
    counts_.in_trash = trash_.size();
}

// All files of a repository stand together: their paths go on behind its name with "/_", which no repository's name
// has.
awaitable<void> fsck::walk_repositories() {
    std::vector<repository> listed;  // the last one perhaps not yet as a whole
    storage::path last;
    storage::file_page page;
    do {
        page = co_await driver_.list_files(layout::repositories(), last, files_at_once);
        if (!page.files.empty()) last = page.files.back().file;
        for (const storage::listed_file& file : page.files) {
            const auto what = repository_file::parse(file.file);
            if (!what) {
                take_unknown(file.file);
                continue;
            }
            if (listed.empty() || listed.back().name != what->repository)
                listed.push_back(repository{what->repository});
            take(file, *what, listed.back());
        }
        std::vector<repository> unfinished;
        if (page.more && !listed.empty()) {
            unfinished.push_back(std::move(listed.back()));
            listed.pop_back();
        }
        const auto check_one = [this](const repository& one) { return check_repository(one); };
        co_await async::for_each(listed, repositories_at_once, check_one);
        listed = std::move(unfinished);
    } while (page.more);
}

void fsck::take(const storage::listed_file& file, const repository_file& what, repository& into) {
    using enum repository_file::kind;
    if (what.what == upload) ++counts_.uploads;
    if (what.what == unknown) take_unknown(file.file);
    if (what.what == upload || what.what == unknown || what.what == mark) return;
    ++counts_.links;
    if (what.what == layer_link) into.layers.insert(*what.digest);
    if (what.what == revision_link) into.revisions.push_back(*what.digest);
    if (what.what == tag_link) into.tags.push_back(*what.tag);
    // There are many, and those that have the size of what they must hold seldom hold something else.
    const bool has_odd_size = what.digest && file.size_bytes != what.digest->str().size();
    const bool is_read = has_odd_size || options_.deep || what.what == revision_link;
    if (what.digest && is_read) into.links.emplace(file.file, *what.digest);
}

void fsck::take_unknown(const storage::path& file) {
    ++counts_.unknown;
    if (options_.on_unknown) options_.on_unknown(file);
}

awaitable<void> fsck::check_repository(const repository& one) {
    ++counts_.repositories;
    counts_.manifests += one.revisions.size();
    counts_.tags += one.tags.size();
    const auto check_link = [this](const auto& link) {
        return ask([this, file = link.first, expected = link.second](bool repair) {
            return judge_link(file, expected, repair);
        });
    };
    co_await async::for_each(one.links, reads_at_once, check_link);
    const auto check_one = [&](const oci::digest& digest) { return check_manifest(one, digest); };
    co_await async::for_each(one.revisions, reads_at_once, check_one);
    const auto check_tag = [&](const oci::tag& tag) {
        return ask([this, name = one.name, tag](bool repair) { return judge_tag(name, tag, repair); });
    };
    co_await async::for_each(one.tags, reads_at_once, check_tag);
    report_progress();
}

awaitable<void> fsck::check_manifest(const repository& of, const oci::digest& digest) {
    referred_to_.insert(digest);
    const auto bytes = co_await driver_.find(layout::blob_data(digest), max_bytes);
    const bool is_right = bytes && oci::digest::of(*bytes, digest.algorithm()) == digest;
    if (!is_right) {
        const auto name = of.name;
        suspicions_.push_back([this, name, digest](bool repair) { return judge_manifest(name, digest, repair); });
        co_return;
    }
    if (const auto all = oci::read_references(*bytes))
        for (const oci::digest& one : all->content) referred_to_.insert(one);
    const auto manifest = oci::parse_manifest(*bytes, {});
    if (!manifest) co_return;  // of a kind that this registry takes no more: its references count, and no more is known
    std::vector<oci::descriptor> needs = manifest->layers;
    if (manifest->config) needs.push_back(*manifest->config);
    for (oci::descriptor& blob : needs) {
        const std::uint64_t* size_bytes = sizes_.find(blob.digest);
        const bool is_sound = size_bytes && *size_bytes == blob.size_bytes && of.layers.contains(blob.digest);
        if (is_sound || !rules_.must_be_there(blob)) continue;
        suspicions_.push_back([this, name = of.name, digest, blob = std::move(blob)](bool repair) {
            return judge_need(name, digest, blob, repair);
        });
    }
}

awaitable<void> fsck::look_through_blobs() {
    storage::path last;
    storage::file_page page;
    do {
        page = co_await driver_.list_files(layout::blobs(), last, files_at_once);
        if (!page.files.empty()) last = page.files.back().file;
        std::vector<oci::digest> blobs;
        for (const storage::listed_file& one : page.files) {
            auto digest = layout::parse_blob_data(one.file);
            if (!digest) continue;
            if (!referred_to_.contains(*digest)) {
                ++counts_.unreferenced;
                counts_.unreferenced_bytes += one.size_bytes;
            }
            blobs.push_back(std::move(*digest));
        }
        const auto check_bytes = [this](const oci::digest& digest) {
            return ask([this, digest](bool) { return judge_bytes(digest); });
        };
        if (options_.deep) co_await async::for_each(blobs, hashes_at_once, check_bytes);
    } while (page.more);
}

awaitable<void> fsck::ask(question what) {
    const auto wrong = co_await what(false);
    if (wrong) suspicions_.push_back(std::move(what));
}

// Listing takes its time, and others write meanwhile: what is still wrong now was not only half done.
awaitable<void> fsck::ask_again() {
    for (const question& what : suspicions_) {
        const auto wrong = co_await what(options_.repair);
        if (wrong && options_.on_finding) options_.on_finding(*wrong);
    }
}

awaitable<std::optional<fsck::finding>> fsck::judge_link(storage::path file, oci::digest expected, bool repair) {
    const auto there = co_await driver_.stat(file);
    if (!there) co_return std::nullopt;
    std::string content;
    if (there->size_bytes <= layout::max_link_bytes)
        content = (co_await driver_.find(file, layout::max_link_bytes)).value_or(expected.str());
    const auto target = layout::parse_link(content);
    // registry:2 keeps what is pushed by a sha512 digest under the sha256 one, and says so in the layer's link.
    const bool is_right = target && (*target == expected || expected.algorithm() != hash_function::sha256);
    if (is_right) co_return std::nullopt;
    finding wrong{"damaged-link", file, "does not hold " + expected.str() + ", which its place says", repair};
    if (repair) co_await driver_.put(file, expected.str());
    if (!repair) wrong.text += "; --repair writes it";
    co_return wrong;
}

awaitable<std::optional<fsck::finding>> fsck::judge_tag(oci::repository_name name, oci::tag tag, bool repair) {
    const storage::path file = layout::tag_current_link(name, tag);
    const auto there = co_await driver_.stat(file);
    if (!there) co_return std::nullopt;
    std::string content;
    if (there->size_bytes <= layout::max_link_bytes)
        content = (co_await driver_.find(file, layout::max_link_bytes)).value_or("");
    const auto target = layout::parse_link(content);
    if (!target) co_return finding{"damaged-tag", file, "holds no digest; push the tag anew, or delete it"};
    if (co_await is_there(layout::revision_link(name, *target))) co_return std::nullopt;
    if (co_await is_there(layout::layer_link(name, *target))) co_return std::nullopt;  // of distribution 2.1.0
    finding wrong{"broken-tag", file, "names " + target->str() + ", which the repository does not hold"};
    const bool has_bytes = co_await has_right_bytes(*target);
    if (!has_bytes) {
        wrong.text += " and whose bytes are gone or damaged; push the tag anew, or delete it";
    } else if (repair) {
        co_await driver_.put(layout::revision_link(name, *target), target->str());
        wrong.is_repaired = true;
    } else {
        wrong.text += ", though its bytes are there; --repair links it";
    }
    co_return wrong;
}

awaitable<std::optional<fsck::finding>> fsck::judge_manifest(oci::repository_name name, oci::digest digest,
                                                             bool repair) {
    const bool is_linked = co_await is_there(layout::revision_link(name, digest));
    if (!is_linked) co_return std::nullopt;
    const storage::path file = layout::blob_data(digest);
    const bool has_bytes = co_await is_there(file);
    bool is_right = false;
    if (has_bytes) is_right = co_await has_right_bytes(digest);
    if (is_right) co_return std::nullopt;
    finding wrong{has_bytes ? "damaged-manifest" : "missing-manifest", file, "of " + name.str()};
    if (has_bytes) {
        wrong.text += " does not hash to its digest; push the image anew, or delete " + digest.str() + " there";
    } else {
        wrong.text += co_await restored_or_gone(digest, repair, wrong);
    }
    co_return wrong;
}

awaitable<std::optional<fsck::finding>> fsck::judge_need(oci::repository_name name, oci::digest manifest,
                                                         oci::descriptor blob, bool repair) {
    const bool is_held = co_await is_there(layout::revision_link(name, manifest));
    if (!is_held) co_return std::nullopt;
    const std::string by = ", which manifest " + manifest.str() + " of " + name.str() + " needs, ";
    const storage::path link = layout::layer_link(name, blob.digest);
    const auto content = co_await driver_.find(link, layout::max_link_bytes);
    const auto target = layout::parse_link(content.value_or(""));
    const oci::digest place = target ? *target : blob.digest;
    const auto there = co_await driver_.stat(layout::blob_data(place));
    if (!there) {
        finding wrong{"missing-blob", layout::blob_data(place), blob.digest.str() + by};
        wrong.text += co_await restored_or_gone(place, repair, wrong);
        co_return wrong;
    }
    if (there->size_bytes != blob.size_bytes)
        co_return finding{"wrong-size", layout::blob_data(place),
                          blob.digest.str() + by + "has " + std::to_string(there->size_bytes) + " bytes and not " +
                              std::to_string(blob.size_bytes) + "; push the layer anew"};
    if (content) co_return std::nullopt;
    finding wrong{"missing-link", link, blob.digest.str() + by + "is not linked there", repair};
    if (repair) co_await driver_.put(link, blob.digest.str());
    if (!repair) wrong.text += "; --repair links it";
    co_return wrong;
}

awaitable<std::optional<fsck::finding>> fsck::judge_bytes(oci::digest blob) {
    const storage::path file = layout::blob_data(blob);
    const bool is_right = co_await has_right_bytes(blob);
    if (is_right) co_return std::nullopt;
    const bool is_gone = !co_await is_there(file);
    if (is_gone) co_return std::nullopt;
    co_return finding{"damaged-blob", file, "does not hash to its digest; push it anew after deleting this file"};
}

awaitable<bool> fsck::is_there(storage::path file) {
    const auto found = co_await driver_.stat(std::move(file));
    co_return found.has_value();
}

awaitable<bool> fsck::has_right_bytes(oci::digest blob) {
    const storage::byte_range whole;
    const auto file = co_await driver_.open(layout::blob_data(blob), whole);
    if (!file) co_return false;
    hasher hash{blob.algorithm()};
    std::vector<char> piece(piece_bytes);
    while (const std::size_t n = co_await file->bytes->read_some(asio::buffer(piece))) {
        hash.update(piece.data(), n);
        counts_.hashed_bytes += n;
        report_progress();
    }
    co_return hash.finish_hex() == blob.hex();
}

// What to say of a blob that is not in its place.
awaitable<std::string> fsck::restored_or_gone(oci::digest blob, bool repair, finding& about) {
    if (!trash_.contains(blob)) co_return " is gone; push the image anew";
    if (!repair) co_return " lies in the trash; --repair brings it back";
    about.is_repaired = co_await keeper_.restore(blob);
    co_return about.is_repaired ? " lay in the trash" : " is gone; push the image anew";
}

void fsck::report_progress() const {
    if (options_.on_progress) options_.on_progress(counts_);
}

}  // namespace berth::registry
