#include "registry/repository_manifests.hpp"

#include "async/both.hpp"
#include "async/for_each.hpp"
#include "registry/list_digests.hpp"
#include "storage/layout.hpp"

#include <utility>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How many manifests, or tags, are read side by side.
constexpr std::size_t reads_at_once = 16;

}  // namespace

awaitable<void> repository_manifests_reader::read_all(repository_manifests& into) {
    std::string from_start;
    const auto revisions =
        co_await list_digests(driver_, layout::revisions(into.name), std::move(from_start), storage::all_names);
    co_await read_some(into, revisions);

    const auto entries = co_await driver_.list(layout::tags(into.name));
    const auto read_entry = [&](const std::string& entry) { return read_tag(into, entry); };
    co_await async::for_each(entries, reads_at_once, read_entry);

    co_await read_linked_among_layers(into);
}

awaitable<void> repository_manifests_reader::read_some(repository_manifests& into,
                                                       const std::vector<oci::digest>& digests) {
    const auto read_one = [&](const oci::digest& digest) { return read_revision(into, digest); };
    co_await async::for_each(digests, reads_at_once, read_one);
}

// Distribution 2.1.0 linked manifests among the layers, and such are served to this day: by a tag, or as an index lists
// them.
awaitable<void> repository_manifests_reader::read_linked_among_layers(repository_manifests& into) {
    std::vector<oci::digest> wanted = into.tagged;
    const auto add_listed_by = [&](const manifest_graph::manifest& index) {
        wanted.insert(wanted.end(), index.refers_to.manifests.begin(), index.refers_to.manifests.end());
    };
    for (const auto& [digest, manifest] : into.graph.manifests()) add_listed_by(manifest);
    while (!wanted.empty()) {
        std::erase_if(wanted, [&](const oci::digest& digest) { return !into.asked.insert(digest).second; });
        const auto read_one = [&](const oci::digest& digest) { return read_without_revision(into, digest); };
        co_await async::for_each(wanted, reads_at_once, read_one);
        for (const oci::digest& digest : std::exchange(wanted, {}))
            if (const auto* found = into.graph.find(digest)) add_listed_by(*found);
    }
}

awaitable<void> repository_manifests_reader::read_revision(repository_manifests& into, const oci::digest& digest) {
    const storage::path key = layout::revision_link(into.name, digest);
    auto [link, manifest] = co_await async::both(driver_.find(key, layout::max_link_bytes), reader_.read_bytes(digest));
    if (!link) co_return;  // a folder that a deleted one left behind
    if (!manifest && manifest.error() == no_manifest::missing) {
        // It came in between the two questions, or a collection was wrong about it.
        co_await keeper_.restore(digest);
        manifest = co_await reader_.read_bytes(digest);
    }
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

awaitable<void> repository_manifests_reader::read_tag(repository_manifests& into, const std::string& entry) {
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

awaitable<void> repository_manifests_reader::read_without_revision(repository_manifests& into,
                                                                   const oci::digest& digest) {
    const auto manifest = co_await reader_.read(into.name, digest);
    if (manifest) {
        co_await add(into, digest, *manifest, false);
    } else if (manifest.error() == no_manifest::damaged) {
        into.problems.push_back(layout::blob_data(digest) + " is damaged, a manifest of " + into.name.str() +
                                "; bring it back, or remove " + layout::layer_link(into.name, digest));
    }
}

awaitable<void> repository_manifests_reader::add(repository_manifests& into, const oci::digest& digest,
                                                 verified_manifest bytes, bool has_revision) {
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

}  // namespace berth::registry
