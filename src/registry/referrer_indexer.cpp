#include "registry/referrer_indexer.hpp"

#include "async/for_each.hpp"
#include "oci/referrer.hpp"
#include "registry/list_digests.hpp"
#include "storage/layout.hpp"

namespace berth::registry {

namespace {

/// How many manifests are read side by side.
constexpr std::size_t reads_at_once = 32;
/// How many names of repositories, and how many digests of one, are in memory at a time.
constexpr std::size_t names_at_once = 1000;
constexpr std::size_t digests_at_once = 1000;

}  // namespace

awaitable<referrer_indexer::counts> referrer_indexer::index_all() {
    catalog repositories{driver_};
    storage::name_page page;
    do {
        std::string last = page.names.empty() ? "" : page.names.back();
        page = co_await repositories.list(std::move(last), names_at_once);
        for (const std::string& text : page.names)
            if (const auto name = oci::repository_name::parse(text)) co_await index_repository(*name);
    } while (page.more);
    co_return counts_;
}

awaitable<referrer_indexer::counts> referrer_indexer::index(const oci::repository_name& name) {
    co_await index_repository(name);
    co_return counts_;
}

awaitable<void> referrer_indexer::index_repository(const oci::repository_name& name) {
    const auto index_one = [&](const oci::digest& digest) { return index_manifest(name, digest); };
    std::vector<oci::digest> digests;
    do {
        std::string last = digests.empty() ? "" : digests.back().str();
        digests = co_await list_digests(driver_, storage::layout::revisions(name), std::move(last), digests_at_once);
        co_await async::for_each(digests, reads_at_once, index_one);
    } while (digests.size() == digests_at_once);
    ++counts_.repositories;
    report_progress();
}

awaitable<void> referrer_indexer::index_manifest(const oci::repository_name& name, const oci::digest& digest) {
    result<verified_manifest, no_manifest> manifest = no_manifest::missing;
    std::string problem;
    try {
        manifest = co_await reader_.read(name, digest);
    } catch (const storage::error& failure) {
        problem = failure.what();
    }
    // One manifest that cannot be had is one thing, a store that is away another.
    if (!problem.empty()) co_await driver_.probe();

    if (manifest) {
        co_await index_referrer(name, digest, (*manifest)->bytes);
        ++counts_.manifests;
    } else if (manifest.error() != no_manifest::not_held) {
        if (problem.empty())
            problem =
                manifest.error() == no_manifest::missing ? "its bytes are gone" : "its bytes are not what was pushed";
        ++counts_.unreadable;
        if (options_.on_unreadable) options_.on_unreadable(name, digest, problem);
    }
    report_progress();
}

awaitable<void> referrer_indexer::index_referrer(const oci::repository_name& name, const oci::digest& digest,
                                                 const std::string& bytes) {
    const auto read = oci::read_referrer(bytes);
    if (!read) co_return;
    const bool known = co_await referrers_.has(name, read->subject, digest);
    if (known) co_return;
    if (!options_.dry_run) co_await referrers_.add(name, read->subject, digest);
    ++counts_.links;
}

void referrer_indexer::report_progress() const {
    if (options_.on_progress) options_.on_progress(counts_);
}

}  // namespace berth::registry
