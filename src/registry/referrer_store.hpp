#pragma once

#include "oci/names.hpp"
#include "oci/referrer.hpp"
#include "registry/manifest_reader.hpp"

#include <string>
#include <vector>

namespace berth::registry {

/// Which manifests of a repository refer to which by their `subject`. The links are an index and no truth: a list shows
/// what a manifest that the repository holds says of itself, so a link too many does no harm. Thread-safe.
///
/// Lifetime: driver and memory outlive the store; the memory may be null.
class referrer_store {
public:
    explicit referrer_store(storage::driver& driver, cache::node_memory* memory = nullptr)
        : driver_{driver}, reader_{driver, memory} {}

    /// The referrer must be there, its subject need not.
    awaitable<void> add(const oci::repository_name& name, const oci::digest& subject, const oci::digest& referrer);
    /// Nothing to do where it was never added.
    awaitable<void> remove(const oci::repository_name& name, const oci::digest& subject, const oci::digest& referrer);
    awaitable<bool> has(const oci::repository_name& name, const oci::digest& subject, const oci::digest& referrer);

    /// The most referrers on a page, and the most manifests that are read for one.
    static constexpr std::size_t max_page_entries = 1000;
    /// No further manifest is read for a page once so much was read for it.
    static constexpr std::size_t max_page_read_bytes = 32 * 1024 * 1024;

    struct query {
        std::vector<std::string> artifact_types{};     ///< One of these, to the byte; empty: all.
        std::string after{};                           ///< Digests after this text only.
        std::size_t limit = max_page_entries;          ///< From 1 to max_page_entries.
        std::size_t max_json_bytes = 2 * 1024 * 1024;  ///< Of the descriptors; a single one may have more.
    };
    struct entry {
        oci::digest digest;
        std::string descriptor;  ///< JSON.
    };
    struct page {
        std::vector<entry> entries;  ///< In the order of their digests.
        std::string next;            ///< `after` of the next page; empty: this is the last one. Pages may be empty.
    };
    /// The referrers of a subject: those that were added, and those that an index under the subject's referrers tag
    /// names, the store asked for each. What is gone is left out, what is damaged too, with a line in the log. Empty
    /// for what nobody knows.
    awaitable<page> list(const oci::repository_name& name, const oci::digest& subject, const query& asked);

private:
    awaitable<std::vector<oci::digest>> find_candidates(const oci::repository_name& name, const oci::digest& subject,
                                                        const std::string& after);
    awaitable<std::vector<oci::digest>> listed_by_tag(const oci::repository_name& name, const oci::digest& subject);

    storage::driver& driver_;
    manifest_reader reader_;
};

}  // namespace berth::registry
