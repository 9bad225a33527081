#pragma once

#include "registry/digest_set.hpp"
#include "registry/manifest_graph.hpp"
#include "registry/manifest_reader.hpp"
#include "registry/referrer_store.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace berth::registry {

/// Deletes the blobs that no manifest refers to, as `registry:2 garbage-collect`, and if told to the manifests that
/// have no tag: but never what a kept index lists, nor a referrer of what is kept. First everything is read, and
/// nothing is deleted where anything of it is in doubt. Nobody may write to the store meanwhile.
///
/// Its memory grows with the number of blobs (40 bytes each), with what is deleted, and with the manifests of the
/// largest few repositories. Not thread-safe.
///
/// Lifetime: driver and referrers outlive the collector.
class garbage_collector {
public:
    struct counts {
        std::uint64_t repositories = 0;  ///< Read.
        std::uint64_t marked = 0;     ///< Blobs that stay, manifests among them, whether their bytes are there or not.
        std::uint64_t manifests = 0;  ///< Deleted from a repository, or to be.
        std::uint64_t blobs = 0;      ///< Deleted, or to be.
        std::uint64_t bytes = 0;      ///< Of these blobs.
        std::uint64_t deleted = 0;    ///< How many manifests and blobs are gone by now.
    };
    struct options {
        bool delete_untagged = false;
        bool dry_run = false;
        /// What registry:2 prints, line by line, if set.
        std::function<void(const std::string&)> on_line{};
        /// Called now and then, if set.
        std::function<void(const counts&)> on_progress{};
        /// Called for everything that keeps the collection from deleting, with its key and what to do, if set.
        std::function<void(const std::string&)> on_problem{};
    };

    garbage_collector(storage::driver& driver, referrer_store& referrers, options options)
        : driver_{driver}, reader_{driver, nullptr}, referrers_{referrers}, options_{std::move(options)} {}

    /// Throws storage::error when the store fails, and, nothing deleted, after a problem or when there is no
    /// repository. To be called once.
    awaitable<counts> collect();

private:
    struct repository;
    struct doomed_manifest {
        oci::digest digest;
        std::optional<oci::digest> subject;
    };
    struct doomed_manifests {
        oci::repository_name from;
        std::vector<doomed_manifest> all;
    };

    awaitable<void> mark_all();
    awaitable<void> read(repository& all);
    awaitable<void> read_revision(repository& into, const oci::digest& digest);
    awaitable<void> read_tag(repository& into, const std::string& entry);
    awaitable<void> read_linked_among_layers(repository& all);
    awaitable<void> read_without_revision(repository& into, const oci::digest& digest);
    awaitable<void> add(repository& into, const oci::digest& digest, verified_manifest bytes, bool has_revision);
    void mark(const repository& all);

    awaitable<void> find_unmarked();
    awaitable<void> find_unmarked_below(std::string algorithm, std::string prefix);
    awaitable<void> weigh(oci::digest digest);

    awaitable<void> sweep();
    awaitable<void> remove_manifests(const doomed_manifests& doomed);
    awaitable<void> remove_from_history(const doomed_manifests& doomed, const std::string& entry);
    awaitable<void> remove_blob(const oci::digest& digest);

    void say(const std::string& line) const;
    void complain(std::string about);
    void report_progress() const;

    storage::driver& driver_;
    manifest_reader reader_;
    referrer_store& referrers_;
    const options options_;
    counts counts_;
    bool has_problems_ = false;
    digest_set marked_;
    std::vector<doomed_manifests> manifests_;
    std::vector<oci::digest> blobs_;
};

}  // namespace berth::registry
