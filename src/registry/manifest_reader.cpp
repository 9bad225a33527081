#include "registry/manifest_reader.hpp"

#include "async/both.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/when_away.hpp"
#include "storage/layout.hpp"

namespace berth::registry {

namespace layout = storage::layout;
using cache::holdings;

namespace {

/// More than any image has. A manifest that names more is no reason to forget all else.
constexpr std::size_t max_blobs_vouched_for = 256;

// Of what these bytes refer to, the blobs that a push of them has asked the store for, one by one: not those that may
// lie elsewhere. What an index lists is not among them; each of these manifests has a link of its own.
std::vector<cache::named_blob> blobs_of(std::string_view bytes) {
    std::vector<cache::named_blob> blobs;
    const auto manifest = oci::parse_manifest(bytes, {});
    if (!manifest) return blobs;
    const auto add = [&](const oci::descriptor& named) {
        if (!oci::media_type::is_non_distributable(named.media_type)) blobs.push_back({named.digest, named.size_bytes});
    };
    if (manifest->config) add(*manifest->config);
    for (const oci::descriptor& layer : manifest->layers) add(layer);
    if (blobs.size() > max_blobs_vouched_for) blobs.clear();
    return blobs;
}

// Null when they are not those of the digest.
verified_manifest verified(const oci::digest& digest, std::optional<std::string> bytes) {
    if (!bytes || oci::digest::of(*bytes, digest.algorithm()) != digest) return nullptr;
    return make_verified_manifest(std::move(*bytes));
}

}  // namespace

verified_manifest make_verified_manifest(std::string bytes) {
    auto manifest = std::make_shared<cache::verified_manifest>();
    manifest->media_type = oci::detect_media_type(bytes);
    manifest->blobs = blobs_of(bytes);
    manifest->bytes = std::move(bytes);
    return manifest;
}

verified_manifest manifest_reader::recall(const oci::repository_name& name, const oci::digest& digest) {
    if (!memory_ || !memory_->held.find(holdings::kind::manifest, name, digest)) return nullptr;
    return memory_->manifests.find(digest);
}

auto manifest_reader::find(const oci::repository_name& name, const oci::digest& digest) -> awaitable<found_manifest> {
    const auto recall_it = [&] { return last_known(name, digest); };
    co_return co_await ask_or_recall(ask(name, digest), recall_it);
}

auto manifest_reader::confirm(const oci::repository_name& name, const oci::digest& digest)
    -> awaitable<found_manifest> {
    const auto recall_it = [&] { return last_known(name, digest); };
    co_return co_await ask_or_recall(read(name, digest, trust::store), recall_it);
}

auto manifest_reader::last_known(const oci::repository_name& name, const oci::digest& digest)
    -> awaitable<std::optional<found_manifest>> {
    if (!memory_ || !memory_->last) co_return std::nullopt;
    auto kept = verified(digest, co_await memory_->last->find_manifest(name, digest));
    if (!kept) co_return std::nullopt;
    co_return kept;
}

auto manifest_reader::ask(const oci::repository_name& name, const oci::digest& digest) -> awaitable<found_manifest> {
    if (memory_ && memory_->held.find(holdings::kind::manifest, name, digest)) {
        auto manifest = co_await read_bytes(digest, trust::memory);
        if (manifest) co_return manifest;
    }
    co_return co_await read(name, digest);
}

auto manifest_reader::read(const oci::repository_name& name, const oci::digest& digest, trust for_bytes)
    -> awaitable<found_manifest> {
    const auto asked = memory_ ? memory_->now() : cache::node_memory::epoch{};
    auto [link, manifest] =
        co_await async::both(driver_.stat(layout::revision_link(name, digest)), read_bytes(digest, for_bytes));
    if (link) {
        if (manifest && memory_) memory_->remember_manifest(name, digest, *manifest, asked);
        co_return std::move(manifest);
    }
    // Distribution 2.1.0 wrote manifests' links among the layers', and buckets of that time are still read. Whoever may
    // push a blob can make such a link, and nobody has looked at what these bytes refer to: they vouch for nothing.
    if (manifest && (*manifest)->media_type != oci::media_type::octet_stream)
        link = co_await driver_.stat(layout::layer_link(name, digest));
    if (!link) {
        if (memory_) memory_->doubt(holdings::kind::manifest, name, digest);
        co_return no_manifest::not_held;
    }
    co_return std::move(manifest);
}

auto manifest_reader::read_bytes(const oci::digest& digest, trust for_bytes) -> awaitable<found_manifest> {
    if (auto known = memory_ ? memory_->manifests.find(digest) : nullptr) {
        if (for_bytes == trust::memory) co_return known;
        const auto there = co_await driver_.stat(layout::blob_data(digest));
        if (!there) co_return no_manifest::missing;
        co_return known;
    }
    if (for_bytes == trust::memory && memory_ && memory_->last) {
        if (auto kept = verified(digest, co_await memory_->last->find_bytes(digest))) {
            memory_->manifests.put(digest, kept);
            co_return kept;
        }
    }
    const storage::byte_range whole;
    const auto file = co_await driver_.open(layout::blob_data(digest), whole);
    if (!file) co_return no_manifest::missing;
    if (file->info.size_bytes > oci::max_manifest_bytes) co_return no_manifest::damaged;  // a layer, by its size
    std::string bytes = co_await async::read_all(*file->bytes, oci::max_manifest_bytes);
    if (oci::digest::of(bytes, digest.algorithm()) != digest) co_return no_manifest::damaged;
    auto manifest = make_verified_manifest(std::move(bytes));
    if (memory_ && manifest->media_type != oci::media_type::octet_stream) memory_->manifests.put(digest, manifest);
    co_return manifest;
}

}  // namespace berth::registry
