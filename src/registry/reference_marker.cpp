#include "registry/reference_marker.hpp"

#include "async/for_each.hpp"
#include "registry/all_repositories.hpp"
#include "registry/list_digests.hpp"
#include "registry/push_intent.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How much goes on side by side: of a number of repositories a number of manifests or tags each.
constexpr std::size_t repositories_at_once = 8;
constexpr std::size_t reads_at_once = 16;
/// Whoever has left an intent for so long is gone: no push takes a fraction of it.
constexpr std::chrono::hours longest_intent{24};

bool is_of(const reference_marker::doomed_manifest& one, const oci::repository_name& name) {
    return one.repository == name;
}

}  // namespace

awaitable<void> reference_marker::mark_all() {
    if (options_.guards.read_intents_first) co_await read_intents();
    co_await read_repositories();
    if (!options_.guards.read_intents_first) co_await read_intents();
    doomed_ = std::exchange(still_doomed_, {});
    is_again_ = true;
}

awaitable<void> reference_marker::mark_again() {
    co_await mark_all();
}

// A push removes its intent when its links are there. So who has not found the intent, and looks for the links then,
// finds those.
awaitable<void> reference_marker::read_intents() {
    const wall_time oldest = co_await driver_.now() - longest_intent;
    storage::path last;
    storage::file_page page;
    do {
        page = co_await driver_.list_files(layout::intents(), last, 1000);
        std::vector<storage::path> files;
        for (const storage::listed_file& one : page.files)
            if (one.modified >= oldest) files.push_back(one.file);
        if (!page.files.empty()) last = page.files.back().file;
        const auto read_one = [this](const storage::path& file) { return read_intent(file); };
        co_await async::for_each(files, reads_at_once, read_one);
    } while (page.more);
}

awaitable<void> reference_marker::read_intent(const storage::path& file) {
    const auto content = co_await driver_.find(file, max_intent_bytes);
    if (!content) co_return;  // its push has come to its end
    const auto intent = push_intent::parse(*content);
    if (!intent) co_return complain(file + " is no push's intent; find out who wrote it, and remove it");
    marked_.insert(intent->manifest);
    for (const oci::digest& blob : intent->blobs) marked_.insert(blob);
    for (const oci::digest& manifest : intent->manifests) {
        marked_.insert(manifest);
        pushed_.emplace(intent->repository, manifest);
    }
    pushed_.emplace(intent->repository, intent->manifest);
}

awaitable<void> reference_marker::read_repositories() {
    const auto names = co_await all_repositories(driver_);
    if (names.empty())
        throw storage::error{"there is no repository below " + layout::repositories() +
                             ", so that every blob would go; check bucket and rootdirectory"};
    for (std::span rest{names}; !rest.empty();) {
        const auto batch = rest.first(std::min(rest.size(), repositories_at_once));
        rest = rest.subspan(batch.size());
        std::vector<repository_manifests> read_side_by_side;
        for (const oci::repository_name& name : batch) read_side_by_side.push_back({name});
        const auto read_one = [this](repository_manifests& one) { return read_repository(one); };
        co_await async::for_each(read_side_by_side, repositories_at_once, read_one);
        for (repository_manifests& one : read_side_by_side) {
            for (std::string& problem : one.problems) complain(std::move(problem));
            mark(one);
            if (!is_again_) ++repositories_;
        }
        if (options_.on_progress) co_await options_.on_progress();
    }
}

awaitable<void> reference_marker::read_repository(repository_manifests& into) {
    if (!is_again_ || was_doomed(into.name)) {
        co_await reader_.read_all(into);
    } else {
        std::string from_start;
        auto revisions =
            co_await list_digests(driver_, layout::revisions(into.name), std::move(from_start), storage::all_names);
        std::erase_if(revisions, [this](const oci::digest& digest) { return read_.contains(digest); });
        co_await reader_.read_some(into, revisions);
    }
    decide(into);
    co_await keep_young(into);
}

// Which of them count.
void reference_marker::decide(repository_manifests& all) {
    if (!options_.untagged_before || (is_again_ && !was_doomed(all.name))) return all.graph.keep_all();
    for (const oci::digest& digest : all.tagged) all.graph.keep(digest);
    const auto [first, last] = pushed_.equal_range(all.name);
    for (auto pushed = first; pushed != last; ++pushed) all.graph.keep(pushed->second);
    if (!is_again_) return;
    for (const auto& [digest, manifest] : all.graph.manifests()) {
        const auto same = [&](const doomed_manifest& one) { return is_of(one, all.name) && one.digest == digest; };
        if (std::ranges::none_of(doomed_, same)) all.graph.keep(digest);
    }
}

// An index comes after the manifests that it lists, and a tag after its manifest.
awaitable<void> reference_marker::keep_young(repository_manifests& all) {
    std::vector<oci::digest> unkept;
    for (const auto& [digest, manifest] : all.graph.manifests())
        if (!manifest.is_kept && manifest.has_revision) unkept.push_back(digest);
    for (const oci::digest& digest : unkept) {
        const auto link = co_await driver_.stat(layout::revision_link(all.name, digest));
        if (link && link->modified >= *options_.untagged_before) all.graph.keep(digest);
    }
}

void reference_marker::mark(const repository_manifests& all) {
    const std::string name = all.name.str();
    if (!is_again_) say(name);
    for (const auto& [digest, manifest] : all.graph.manifests()) {
        if (manifest.is_kept) {
            if (!is_again_) say(name + ": marking manifest " + digest.str());
            marked_.insert(digest);
            read_.insert(digest);
            for (const oci::digest& blob : manifest.refers_to.content) {
                if (!is_again_) say(name + ": marking blob " + blob.str());
                marked_.insert(blob);
            }
        } else if (manifest.has_revision) {
            if (!is_again_) say("manifest eligible for deletion: " + digest.str());
            still_doomed_.push_back({all.name, digest, manifest.refers_to.subject});
        }
    }
}

bool reference_marker::was_doomed(const oci::repository_name& name) const {
    return std::ranges::any_of(doomed_, [&](const doomed_manifest& one) { return is_of(one, name); });
}

void reference_marker::complain(std::string about) {
    has_problems_ = true;
    if (options_.on_problem) options_.on_problem(about);
}

void reference_marker::say(const std::string& line) const {
    if (options_.on_line) options_.on_line(line);
}

}  // namespace berth::registry
