#include "registry/referrer_store.hpp"

#include "async/both.hpp"
#include "async/for_each.hpp"
#include "base/log.hpp"
#include "oci/manifest.hpp"
#include "registry/list_digests.hpp"
#include "storage/layout.hpp"

#include <algorithm>
#include <cassert>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How many manifests are read side by side.
constexpr std::size_t reads_at_once = 8;

void log_left_out(const char* why, const oci::repository_name& name, const oci::digest& digest) {
    log::warn(why, {{"repository", name.str()}, {"digest", digest.str()}});
}

struct candidate {
    oci::digest digest;
    bool looked_at = false;
    std::string descriptor{};  // empty: not on the page
};

// Reads candidates until there are enough of them for a page. Those that are read side by side may be a few too many.
class reading {
public:
    reading(manifest_reader& reader, const oci::repository_name& name, const oci::digest& subject,
            const referrer_store::query& asked)
        : reader_{reader}, name_{name}, subject_{subject}, asked_{asked} {}

    awaitable<void> look_at(candidate& it) {
        if (found_ >= asked_.limit || json_bytes_ >= asked_.max_json_bytes) co_return;
        if (read_bytes_ >= referrer_store::max_page_read_bytes) co_return;
        it.looked_at = true;
        const auto manifest = co_await reader_.read(name_, it.digest);
        if (!manifest) {
            if (manifest.error() == no_manifest::damaged)
                log_left_out("a damaged referrer is left out", name_, it.digest);
            co_return;
        }
        const std::string& bytes = (*manifest)->bytes;
        read_bytes_ += bytes.size();
        const auto read = oci::read_referrer(bytes);
        if (!read || read->subject != subject_ || !is_wanted(read->artifact_type)) co_return;
        it.descriptor = oci::descriptor_json(*read, it.digest, bytes.size());
        ++found_;
        json_bytes_ += it.descriptor.size();
    }

private:
    bool is_wanted(const std::string& type) const {
        const auto& types = asked_.artifact_types;
        return types.empty() || std::ranges::find(types, type) != types.end();
    }

    manifest_reader& reader_;
    const oci::repository_name& name_;
    const oci::digest& subject_;
    const referrer_store::query& asked_;
    std::size_t found_ = 0;
    std::size_t json_bytes_ = 0;
    std::size_t read_bytes_ = 0;
};

// The page that begins with the first candidate, and where the next one does.
referrer_store::page cut_page(std::vector<candidate> candidates, const referrer_store::query& asked, bool more_behind) {
    referrer_store::page page;
    std::size_t json_bytes = 0;
    auto at = candidates.begin();
    for (; at != candidates.end() && at->looked_at; ++at) {
        if (at->descriptor.empty()) continue;
        json_bytes += at->descriptor.size();
        const bool full = page.entries.size() == asked.limit || json_bytes > asked.max_json_bytes;
        if (full && !page.entries.empty()) break;
        page.entries.push_back({at->digest, std::move(at->descriptor)});
    }
    if (at != candidates.end() || more_behind) page.next = std::prev(at)->digest.str();
    return page;
}

}  // namespace

awaitable<void> referrer_store::add(const oci::repository_name& name, const oci::digest& subject,
                                    const oci::digest& referrer) {
    co_await driver_.put(layout::referrer_link(name, subject, referrer), referrer.str());
}

awaitable<void> referrer_store::remove(const oci::repository_name& name, const oci::digest& subject,
                                       const oci::digest& referrer) {
    co_await driver_.remove_file(layout::referrer_link(name, subject, referrer));
}

awaitable<bool> referrer_store::has(const oci::repository_name& name, const oci::digest& subject,
                                    const oci::digest& referrer) {
    const auto link = co_await driver_.stat(layout::referrer_link(name, subject, referrer));
    co_return link.has_value();
}

awaitable<referrer_store::page> referrer_store::list(const oci::repository_name& name, const oci::digest& subject,
                                                     const query& asked) {
    assert(asked.limit > 0 && asked.limit <= max_page_entries);
    auto digests = co_await find_candidates(name, subject, asked.after);
    const bool more = digests.size() > max_page_entries;
    if (more) digests.erase(digests.begin() + max_page_entries, digests.end());
    std::vector<candidate> candidates;
    for (oci::digest& digest : digests) candidates.push_back({std::move(digest)});

    reading reading{reader_, name, subject, asked};
    const auto look_at = [&](candidate& it) { return reading.look_at(it); };
    co_await async::for_each(candidates, reads_at_once, look_at);
    co_return cut_page(std::move(candidates), asked, more);
}

// What may be a referrer, after the text `after` and in the order of the digests, which is that of their text too: all,
// or at least one more than a page takes.
awaitable<std::vector<oci::digest>> referrer_store::find_candidates(const oci::repository_name& name,
                                                                    const oci::digest& subject,
                                                                    const std::string& after) {
    constexpr std::size_t enough = max_page_entries + 1;
    auto [found, tagged] = co_await async::both(list_digests(driver_, layout::referrers(name, subject), after, enough),
                                                listed_by_tag(name, subject));
    std::erase_if(tagged, [&](const oci::digest& digest) { return digest.str() <= after; });
    // Between the last link that was listed and what the tag names behind it there may be other links.
    if (found.size() == enough)
        std::erase_if(tagged, [last = found.back()](const oci::digest& digest) { return last < digest; });
    found.insert(found.end(), tagged.begin(), tagged.end());
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    co_return std::move(found);
}

awaitable<std::vector<oci::digest>> referrer_store::listed_by_tag(const oci::repository_name& name,
                                                                  const oci::digest& subject) {
    std::vector<oci::digest> listed;
    const oci::tag tag = oci::referrers_tag(subject);
    const auto link = co_await driver_.find(layout::tag_current_link(name, tag), layout::max_link_bytes);
    if (!link) co_return listed;
    const auto digest = layout::parse_link(*link);
    if (!digest) {
        log::warn("a referrers tag is damaged and left out", {{"repository", name.str()}, {"tag", tag.str()}});
        co_return listed;
    }
    const auto manifest = co_await reader_.read(name, *digest);
    if (!manifest) {
        if (manifest.error() == no_manifest::damaged)
            log_left_out("a damaged referrers index is left out", name, *digest);
        co_return listed;
    }
    const auto index = oci::parse_manifest((*manifest)->bytes, {});
    if (!index) log_left_out("a referrers index that is no manifest is left out", name, *digest);
    if (index)
        for (const auto& child : index->manifests) listed.push_back(child.digest);
    co_return listed;
}

}  // namespace berth::registry
