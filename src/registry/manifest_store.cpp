#include "registry/manifest_store.hpp"

#include "async/both.hpp"
#include "async/for_each.hpp"
#include "base/log.hpp"
#include "base/random_id.hpp"
#include "oci/media_type.hpp"
#include "registry/push_intent.hpp"

#include <algorithm>
#include <array>

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;

namespace {

/// How many questions about a manifest's references go to the store side by side, and how many links.
constexpr std::size_t checks_at_once = 16;
constexpr std::size_t writes_at_once = 16;
/// Collections take no notice of an intent that is a day old.
constexpr std::chrono::hours longest_push{1};

oci::error unknown(const oci::repository_name& name, const oci::digest& digest) {
    return {errc::manifest_unknown, {}, "{\"Name\":\"" + name.str() + "\",\"Revision\":\"" + digest.str() + "\"}"};
}

stored_manifest to_stored(const oci::digest& digest, const cache::verified_manifest& manifest) {
    return {digest, manifest.media_type, manifest.bytes};
}

outcome<stored_manifest> to_stored(const oci::repository_name& name, const oci::digest& digest,
                                   const result<verified_manifest, no_manifest>& found) {
    if (found) return to_stored(digest, **found);
    if (found.error() == no_manifest::damaged)
        throw storage::error{"the stored bytes of manifest " + digest.str() + " do not match its digest"};
    return unknown(name, digest);
}

}  // namespace

/// What the repository must hold before it holds the manifest.
struct manifest_store::reference {
    oci::digest digest;
    bool is_manifest = false;
    bool must_be_there = true;
    bool is_missing = false;
};

// A manifest can name one blob many thousand times; it is asked for once.
std::vector<manifest_store::reference> manifest_store::references_of(const oci::manifest& manifest) const {
    const manifest_rules& rules = options_.rules;
    std::vector<reference> all;
    if (manifest.config && rules.must_be_there(*manifest.config)) all.push_back({manifest.config->digest});
    for (const auto& layer : manifest.layers)
        if (rules.must_be_there(layer)) all.push_back({layer.digest});
    for (const auto& child : manifest.manifests)
        if (rules.must_child_be_there(child)) all.push_back({child.digest, true});
    for (reference& one : all) one.must_be_there = options_.check_references;
    std::ranges::sort(all, {}, &reference::digest);  // a manifest names blobs or manifests, never both
    const auto repeated = std::ranges::unique(all, {}, &reference::digest);
    all.erase(repeated.begin(), repeated.end());
    return all;
}

awaitable<outcome<stored_manifest>> manifest_store::find(const oci::repository_name& name, const oci::digest& digest) {
    if (const auto known = reader_.recall(name, digest)) co_return to_stored(digest, *known);
    const auto read = [&] { return reader_.find(name, digest); };
    const auto found = co_await reads_.run(name.str() + "@" + digest.str(), read);
    co_return to_stored(name, digest, found);
}

awaitable<outcome<stored_manifest>> manifest_store::stat(const oci::repository_name& name, const oci::digest& digest) {
    const auto found = co_await reader_.confirm(name, digest);
    co_return to_stored(name, digest, found);
}

awaitable<outcome<stored_manifest>> manifest_store::find(const oci::repository_name& name, const oci::tag& tag) {
    const auto target = co_await tags_.resolve(name, tag);
    if (!target) co_return target.error();
    auto found = co_await find(name, target->manifest);
    if (found) found->tag_last_seen = target->last_seen;
    co_return found;
}

awaitable<result<manifest_store::put_result, std::vector<oci::error>>> manifest_store::put(
    const oci::repository_name& name, put_request request) {
    using errors = std::vector<oci::error>;
    if (oci::digest::of(request.bytes, request.digest.algorithm()) != request.digest)
        co_return errors{{errc::digest_invalid, {}, "\"" + request.digest.str() + "\""}};

    const auto manifest = oci::parse_manifest(request.bytes, request.content_type);
    if (!manifest) co_return errors{manifest.error()};
    if (const auto broken = options_.rules.broken_by(*manifest)) co_return errors{*broken};
    const auto asked = options_.memory ? options_.memory->now() : cache::node_memory::epoch{};
    const auto begun = std::chrono::steady_clock::now();
    auto references = references_of(*manifest);
    const storage::path intent = co_await declare_intent(name, request.digest, references);
    // The bytes are what their digest says and show nowhere before a link does, so they need not wait for the answers.
    std::array<awaitable<void>, 3> steps{keep_all(name, references), put_bytes(request.digest, request.bytes),
                                         keep_revision(name, request.digest)};
    co_await async::await_all(steps);
    errors missing;
    for (const reference& one : references)
        if (one.is_missing) missing.push_back({errc::manifest_blob_unknown, {}, "\"" + one.digest.str() + "\""});
    if (!missing.empty()) {
        co_await withdraw_intent(intent);
        co_return missing;
    }
    if (std::chrono::steady_clock::now() - begun > longest_push)
        throw storage::error{"the push of manifest " + request.digest.str() +
                             " has taken so long that what it refers to " +
                             "may have been collected meanwhile; push it again"};

    put_result stored;
    if (manifest->subject) stored.subject = manifest->subject->digest;
    co_await write_links(name, request, stored.subject);
    co_await withdraw_intent(intent);
    if (options_.memory) {
        const auto kept = make_verified_manifest(std::move(request.bytes));
        options_.memory->manifests.put(request.digest, kept);
        options_.memory->remember_manifest(name, request.digest, kept, asked);
    }
    co_return stored;
}

// Bottom up, so that a crash leaves garbage and never a tag without a manifest; side by side what does not stand on
// each other.
awaitable<void> manifest_store::write_links(const oci::repository_name& name, const put_request& request,
                                            const std::optional<oci::digest>& subject) {
    const auto& [bytes, content_type, digest, tags] = request;
    co_await driver_.put(layout::revision_link(name, digest), digest.str());

    std::vector<awaitable<void>> indexes, currents;
    if (subject) indexes.push_back(referrers_.add(name, *subject, digest));
    for (const oci::tag& tag : tags) {
        indexes.push_back(tags_.add_to_history(name, tag, digest));
        currents.push_back(tags_.set(name, tag, digest));
    }
    co_await async::await_all(indexes, writes_at_once);
    co_await async::await_all(currents, writes_at_once);
}

awaitable<outcome<std::vector<oci::tag>>> manifest_store::remove(const oci::repository_name& name,
                                                                 const oci::digest& digest) {
    const auto manifest = co_await reader_.read(name, digest);
    if (!manifest && manifest.error() == no_manifest::not_held) co_return unknown(name, digest);
    // Top down, so that a crash leaves no tag without a manifest.
    auto tags = co_await tags_.remove_all_of(name, digest);
    const auto referrer = manifest ? oci::read_referrer((*manifest)->bytes) : std::nullopt;
    if (referrer) co_await referrers_.remove(name, referrer->subject, digest);
    {
        const cache::forget_at_end forget{options_.memory, cache::holdings::kind::manifest, name, digest};
        co_await driver_.remove_file(layout::revision_link(name, digest));
    }
    co_await blobs_.remove(name, digest);  // where distribution 2.1.0 linked it; mostly there is nothing
    co_return tags;
}

// A collection that reads the intent keeps what it names. One that has read the intents before finds the marks that
// keep_all() leaves, or has left its own where keep_all() finds them.
awaitable<storage::path> manifest_store::declare_intent(const oci::repository_name& name, const oci::digest& digest,
                                                        const std::vector<reference>& references) {
    push_intent what{name, digest};
    for (const reference& one : references) (one.is_manifest ? what.manifests : what.blobs).push_back(one.digest);
    storage::path file = layout::intent(random_uuid());
    if (options_.guards.declare_intents) co_await driver_.put(file, what.to_text());
    co_return file;
}

// Whatever else happened, the push has come to its end. One that stays behind keeps what it names for a day.
awaitable<void> manifest_store::withdraw_intent(const storage::path& intent) {
    try {
        co_await driver_.remove_file(intent);
    } catch (const storage::error& failure) {
        log::warn("a push's intent could not be removed", {{"error", failure.what()}});
    }
}

awaitable<void> manifest_store::keep_all(const oci::repository_name& name, std::vector<reference>& references) {
    const auto keep_one = [&](reference& one) { return keep(name, one); };
    co_await async::for_each(references, checks_at_once, keep_one);
}

awaitable<void> manifest_store::keep(const oci::repository_name& name, reference& one) {
    bool is_held = false;
    if (one.is_manifest) {
        const auto [has_link, has_bytes] =
            co_await async::both(keeper_.keep(revision_file(name, one.digest)), keeper_.keep(blob_file(one.digest)));
        is_held = has_link && has_bytes;
    } else {
        is_held = co_await blobs_.keep(name, one.digest, keeper_);
    }
    one.is_missing = one.must_be_there && !is_held;
}

awaitable<void> manifest_store::put_bytes(const oci::digest& digest, const std::string& bytes) {
    co_await driver_.put(layout::blob_data(digest), bytes);
    const bool stays = co_await keeper_.keep(blob_file(digest));
    if (!stays) co_await driver_.put(layout::blob_data(digest), bytes);
}

awaitable<void> manifest_store::keep_revision(const oci::repository_name& name, const oci::digest& digest) {
    co_await keeper_.keep(revision_file(name, digest));
}

}  // namespace berth::registry
