#include "registry/garbage_collector.hpp"

#include "async/both.hpp"
#include "async/for_each.hpp"
#include "registry/all_repositories.hpp"
#include "registry/list_digests.hpp"
#include "storage/layout.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How much goes on side by side: of a number of repositories a number of manifests or tags each.
constexpr std::size_t repositories_at_once = 8;
constexpr std::size_t reads_at_once = 16;
constexpr std::size_t folders_at_once = 16;
constexpr std::size_t removals_at_once = 32;
constexpr std::size_t names_at_once = 1000;

}  // namespace

/// What is read of one repository, before it is decided what stays.
struct garbage_collector::repository {
    oci::repository_name name;
    manifest_graph graph{};
    std::vector<oci::digest> tagged{};
    std::set<oci::digest> asked{};  // those whose manifest was looked for
    std::vector<std::string> problems{};
};

awaitable<garbage_collector::counts> garbage_collector::collect() {
    co_await mark_all();
    if (has_problems_)
        throw storage::error{"nothing was deleted; mend or remove what is named above, and run this again"};
    co_await find_unmarked();
    if (!options_.dry_run) co_await sweep();
    co_return counts_;
}

awaitable<void> garbage_collector::mark_all() {
    const auto names = co_await all_repositories(driver_);
    if (names.empty())
        throw storage::error{"there is no repository below " + layout::repositories() +
                             ", so that every blob would go; check bucket and rootdirectory"};
    for (std::span rest{names}; !rest.empty();) {
        const auto batch = rest.first(std::min(rest.size(), repositories_at_once));
        rest = rest.subspan(batch.size());
        std::vector<repository> read_side_by_side;
        for (const oci::repository_name& name : batch) read_side_by_side.push_back({name});
        const auto read_one = [this](repository& one) { return read(one); };
        co_await async::for_each(read_side_by_side, repositories_at_once, read_one);
        for (repository& one : read_side_by_side) {
            for (std::string& problem : one.problems) complain(std::move(problem));
            if (options_.delete_untagged) {
                for (const oci::digest& digest : one.tagged) one.graph.keep(digest);
            } else {
                one.graph.keep_all();
            }
            mark(one);
            ++counts_.repositories;
        }
        counts_.marked = marked_.size();
        report_progress();
    }
}

awaitable<void> garbage_collector::read(repository& all) {
    std::string from_start;
    const auto revisions =
        co_await list_digests(driver_, layout::revisions(all.name), std::move(from_start), storage::all_names);
    const auto read_one = [&](const oci::digest& digest) { return read_revision(all, digest); };
    co_await async::for_each(revisions, reads_at_once, read_one);

    const auto entries = co_await driver_.list(layout::tags(all.name));
    const auto read_entry = [&](const std::string& entry) { return read_tag(all, entry); };
    co_await async::for_each(entries, reads_at_once, read_entry);

    co_await read_linked_among_layers(all);
}

// Distribution 2.1.0 linked manifests among the layers, and such are served to this day: by a tag, or as an index lists
// them.
awaitable<void> garbage_collector::read_linked_among_layers(repository& all) {
    std::vector<oci::digest> wanted = all.tagged;
    const auto add_listed_by = [&](const manifest_graph::manifest& index) {
        wanted.insert(wanted.end(), index.refers_to.manifests.begin(), index.refers_to.manifests.end());
    };
    for (const auto& [digest, manifest] : all.graph.manifests()) add_listed_by(manifest);
    while (!wanted.empty()) {
        std::erase_if(wanted, [&](const oci::digest& digest) { return !all.asked.insert(digest).second; });
        const auto read_one = [&](const oci::digest& digest) { return read_without_revision(all, digest); };
        co_await async::for_each(wanted, reads_at_once, read_one);
        for (const oci::digest& digest : std::exchange(wanted, {}))
            if (const auto* found = all.graph.find(digest)) add_listed_by(*found);
    }
}

awaitable<void> garbage_collector::read_revision(repository& into, const oci::digest& digest) {
    const storage::path key = layout::revision_link(into.name, digest);
    auto [link, manifest] = co_await async::both(driver_.find(key, layout::max_link_bytes), reader_.read_bytes(digest));
    if (!link) co_return;  // a folder that a deleted one left behind
    into.asked.insert(digest);
    const auto target = layout::parse_link(*link);
    if (!target || *target != digest) {
        into.problems.push_back(key + " does not hold " + digest.str() + "; write that into it, or remove it");
    } else if (!manifest) {
        const bool missing = manifest.error() == no_manifest::missing;
        into.problems.push_back(layout::blob_data(digest) + (missing ? " is missing" : " is damaged") +
                                ", a manifest of " + into.name.str() + "; bring it back, or remove " + key);
    } else {
        co_await add(into, digest, std::move(*manifest), true);
    }
}

awaitable<void> garbage_collector::read_tag(repository& into, const std::string& entry) {
    const auto tag = oci::tag::parse(entry);
    if (!tag) {
        into.problems.push_back(layout::tags(into.name) + "/" + entry +
                                " is no tag; find out what it is, and remove it");
        co_return;
    }
    const storage::path key = layout::tag_current_link(into.name, *tag);
    const auto link = co_await driver_.find(key, layout::max_link_bytes);
    if (!link) co_return;  // its push has not come to an end
    const auto target = layout::parse_link(*link);
    if (target) {
        into.tagged.push_back(*target);
    } else {
        into.problems.push_back(key + " does not hold a digest; push the tag anew, or remove " +
                                layout::tag(into.name, *tag));
    }
}

awaitable<void> garbage_collector::read_without_revision(repository& into, const oci::digest& digest) {
    const auto manifest = co_await reader_.read(into.name, digest);
    if (manifest) {
        co_await add(into, digest, *manifest, false);
    } else if (manifest.error() == no_manifest::damaged) {
        into.problems.push_back(layout::blob_data(digest) + " is damaged, a manifest of " + into.name.str() +
                                "; bring it back, or remove " + layout::layer_link(into.name, digest));
    }
}

awaitable<void> garbage_collector::add(repository& into, const oci::digest& digest, verified_manifest bytes,
                                       bool has_revision) {
    auto read = oci::read_references(bytes->bytes);
    if (!read) {
        into.problems.push_back(layout::blob_data(digest) + " is linked as a manifest of " + into.name.str() +
                                " and is none; remove " + layout::revision_link(into.name, digest));
        co_return;
    }
    // registry:2 keeps what is pushed by a sha512 digest under the sha256 one, and says so in the layer's link.
    const std::vector<oci::digest> named = read->content;
    for (const oci::digest& blob : named) {
        if (blob.algorithm() == hash_function::sha256) continue;
        const auto link = co_await driver_.find(layout::layer_link(into.name, blob), layout::max_link_bytes);
        const auto place = layout::parse_link(link.value_or(blob.str()));
        if (!place) {
            into.problems.push_back(layout::layer_link(into.name, blob) +
                                    " does not hold a digest; push the layer anew");
        } else if (*place != blob) {
            read->content.push_back(*place);
        }
    }
    into.graph.add(digest, {std::move(*read), has_revision});
}

void garbage_collector::mark(const repository& all) {
    const std::string name = all.name.str();
    say(name);
    doomed_manifests doomed{all.name, {}};
    for (const auto& [digest, manifest] : all.graph.manifests()) {
        if (manifest.is_kept) {
            say(name + ": marking manifest " + digest.str());
            marked_.insert(digest);
            for (const oci::digest& blob : manifest.refers_to.content) {
                say(name + ": marking blob " + blob.str());
                marked_.insert(blob);
            }
        } else if (manifest.has_revision) {
            say("manifest eligible for deletion: " + digest.str());
            doomed.all.push_back({digest, manifest.refers_to.subject});
        }
    }
    counts_.manifests += doomed.all.size();
    if (!doomed.all.empty()) manifests_.push_back(std::move(doomed));
}

awaitable<void> garbage_collector::find_unmarked() {
    const auto algorithms = co_await driver_.list(layout::blobs());
    for (const std::string& algorithm : algorithms) {
        if (!oci::parse_algorithm(algorithm)) continue;
        const auto prefixes = co_await driver_.list(layout::blobs() + "/" + algorithm);
        const auto look_below = [&](const std::string& prefix) { return find_unmarked_below(algorithm, prefix); };
        co_await async::for_each(prefixes, folders_at_once, look_below);
    }
    std::ranges::sort(blobs_);
    counts_.blobs = blobs_.size();
    say("\n" + std::to_string(counts_.marked) + " blobs marked, " + std::to_string(counts_.blobs) + " blobs and " +
        std::to_string(counts_.manifests) + " manifests eligible for deletion");
    for (const oci::digest& digest : blobs_) say("blob eligible for deletion: " + digest.str());
}

awaitable<void> garbage_collector::find_unmarked_below(std::string algorithm, std::string prefix) {
    const storage::path folder = layout::blobs() + "/" + algorithm + "/" + prefix;
    storage::name_page page;
    do {
        std::string last = page.names.empty() ? "" : page.names.back();
        page = co_await driver_.list_page(folder, std::move(last), names_at_once);
        std::vector<oci::digest> unmarked;
        for (const std::string& hex : page.names) {
            auto digest = oci::digest::parse(algorithm + ":" + hex);
            if (digest && hex.starts_with(prefix) && prefix.size() == 2 && !marked_.contains(*digest))
                unmarked.push_back(std::move(*digest));
        }
        const auto weigh_one = [this](const oci::digest& digest) { return weigh(digest); };
        co_await async::for_each(unmarked, reads_at_once, weigh_one);
    } while (page.more);
}

awaitable<void> garbage_collector::weigh(oci::digest digest) {
    const auto there = co_await driver_.stat(layout::blob_data(digest));
    if (!there) co_return;
    counts_.bytes += there->size_bytes;
    blobs_.push_back(std::move(digest));
}

// What refers to something goes before it, so that whoever is stopped leaves garbage and nothing that points nowhere.
awaitable<void> garbage_collector::sweep() {
    const auto remove_of_repository = [this](const doomed_manifests& doomed) { return remove_manifests(doomed); };
    co_await async::for_each(manifests_, repositories_at_once, remove_of_repository);
    const auto remove_one = [this](const oci::digest& digest) { return remove_blob(digest); };
    co_await async::for_each(blobs_, removals_at_once, remove_one);
}

awaitable<void> garbage_collector::remove_manifests(const doomed_manifests& doomed) {
    const auto tags = co_await driver_.list(layout::tags(doomed.from));
    const auto forget = [&](const std::string& entry) { return remove_from_history(doomed, entry); };
    co_await async::for_each(tags, reads_at_once, forget);
    for (const doomed_manifest& manifest : doomed.all) {
        if (manifest.subject) co_await referrers_.remove(doomed.from, *manifest.subject, manifest.digest);
        co_await driver_.remove(layout::revision(doomed.from, manifest.digest));
        ++counts_.deleted;
        report_progress();
    }
}

awaitable<void> garbage_collector::remove_from_history(const doomed_manifests& doomed, const std::string& entry) {
    const auto tag = oci::tag::parse(entry);
    if (!tag) co_return;
    std::string from_start;
    const auto meant =
        co_await list_digests(driver_, layout::tag_index(doomed.from, *tag), std::move(from_start), storage::all_names);
    for (const oci::digest& digest : meant)
        if (std::ranges::binary_search(doomed.all, digest, {}, &doomed_manifest::digest))
            co_await driver_.remove(layout::tag_index_entry(doomed.from, *tag, digest));
}

awaitable<void> garbage_collector::remove_blob(const oci::digest& digest) {
    co_await driver_.remove(layout::blob(digest));
    ++counts_.deleted;
    report_progress();
}

void garbage_collector::say(const std::string& line) const {
    if (options_.on_line) options_.on_line(line);
}

void garbage_collector::complain(std::string about) {
    has_problems_ = true;
    if (options_.on_problem) options_.on_problem(about);
}

void garbage_collector::report_progress() const {
    if (options_.on_progress) options_.on_progress(counts_);
}

}  // namespace berth::registry
