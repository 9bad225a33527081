#include "registry/manifest_store.hpp"

#include "async/both.hpp"
#include "async/for_each.hpp"
#include "oci/media_type.hpp"
#include "registry/read_manifest.hpp"

#include <algorithm>

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;

namespace {

/// How many questions about a manifest's references go to the store side by side.
constexpr std::size_t checks_at_once = 8;

oci::error missing_reference(const oci::descriptor& wanted) {
    return {errc::manifest_blob_unknown, {}, "\"" + wanted.digest.str() + "\""};
}

bool may_lie_elsewhere(const oci::descriptor& layer) {
    return oci::media_type::is_non_distributable(layer.media_type) && layer.has_urls;
}

// A manifest can name one blob many thousand times; it is asked for once.
std::vector<oci::descriptor> one_of_each(std::vector<oci::descriptor> named) {
    std::ranges::sort(named, {}, &oci::descriptor::digest);
    const auto repeated = std::ranges::unique(named, {}, &oci::descriptor::digest);
    named.erase(repeated.begin(), repeated.end());
    return named;
}

oci::error unknown(const oci::repository_name& name, const oci::digest& digest) {
    return {errc::manifest_unknown, {}, "{\"Name\":\"" + name.str() + "\",\"Revision\":\"" + digest.str() + "\"}"};
}

}  // namespace

awaitable<outcome<stored_manifest>> manifest_store::find(const oci::repository_name& name, const oci::digest& digest) {
    auto bytes = co_await read_manifest(driver_, name, digest);
    if (!bytes && bytes.error() == no_manifest::damaged)
        throw storage::error{"the stored bytes of manifest " + digest.str() + " do not match its digest"};
    if (!bytes) co_return unknown(name, digest);
    std::string media_type = oci::detect_media_type(*bytes);
    co_return stored_manifest{digest, std::move(media_type), std::move(*bytes)};
}

awaitable<outcome<stored_manifest>> manifest_store::find(const oci::repository_name& name, const oci::tag& tag) {
    const auto digest = co_await tags_.resolve(name, tag);
    if (!digest) co_return digest.error();
    co_return co_await find(name, *digest);
}

awaitable<result<manifest_store::put_result, std::vector<oci::error>>> manifest_store::put(
    const oci::repository_name& name, put_request request) {
    using errors = std::vector<oci::error>;
    if (oci::digest::of(request.bytes, request.digest.algorithm()) != request.digest)
        co_return errors{{errc::digest_invalid, {}, "\"" + request.digest.str() + "\""}};

    const auto manifest = oci::parse_manifest(request.bytes, request.content_type);
    if (!manifest) co_return errors{manifest.error()};
    if (options_.check_references) {
        errors missing = co_await missing_references(name, *manifest);
        if (!missing.empty()) co_return missing;
    }

    // Bottom up, so that a crash leaves garbage and never a tag without a manifest.
    co_await driver_.put(layout::blob_data(request.digest), std::move(request.bytes));
    co_await driver_.put(layout::revision_link(name, request.digest), request.digest.str());
    put_result stored;
    if (manifest->subject) {
        stored.subject = manifest->subject->digest;
        co_await referrers_.add(name, *stored.subject, request.digest);
    }
    for (const oci::tag& tag : request.tags) co_await tags_.set(name, tag, request.digest);
    co_return stored;
}

awaitable<outcome<void>> manifest_store::remove(const oci::repository_name& name, const oci::digest& digest) {
    const auto bytes = co_await read_manifest(driver_, name, digest);
    if (!bytes && bytes.error() == no_manifest::not_held) co_return unknown(name, digest);
    // Top down, so that a crash leaves no tag without a manifest.
    co_await tags_.remove_all_of(name, digest);
    const auto referrer = bytes ? oci::read_referrer(*bytes) : std::nullopt;
    if (referrer) co_await referrers_.remove(name, referrer->subject, digest);
    co_await driver_.remove(layout::revision_link(name, digest));
    co_await blobs_.remove(name, digest);  // where distribution 2.1.0 linked it; mostly there is nothing
    co_return outcome<void>{};
}

awaitable<std::vector<oci::error>> manifest_store::missing_references(const oci::repository_name& name,
                                                                      const oci::manifest& manifest) {
    std::vector<oci::error> missing;
    std::vector<oci::descriptor> blobs = manifest.layers;
    if (manifest.config) blobs.push_back(*manifest.config);
    std::erase_if(blobs, may_lie_elsewhere);
    blobs = one_of_each(std::move(blobs));
    const auto children = one_of_each(manifest.manifests);
    const auto check_one = [&](const oci::descriptor& wanted) { return check_blob(name, wanted, missing); };
    co_await async::for_each(blobs, checks_at_once, check_one);
    const auto check_child = [&](const oci::descriptor& wanted) { return check_manifest(name, wanted, missing); };
    co_await async::for_each(children, checks_at_once, check_child);
    std::ranges::sort(missing, {}, &oci::error::detail_json);  // the answers came in any order
    co_return missing;
}

awaitable<void> manifest_store::check_blob(const oci::repository_name& name, const oci::descriptor& wanted,
                                           std::vector<oci::error>& missing) {
    const auto found = co_await blobs_.stat(name, wanted.digest);
    if (!found) missing.push_back(missing_reference(wanted));
}

awaitable<void> manifest_store::check_manifest(const oci::repository_name& name, const oci::descriptor& wanted,
                                               std::vector<oci::error>& missing) {
    const auto [link, data] = co_await async::both(driver_.stat(layout::revision_link(name, wanted.digest)),
                                                   driver_.stat(layout::blob_data(wanted.digest)));
    if (!link || !data) missing.push_back(missing_reference(wanted));
}

}  // namespace berth::registry
