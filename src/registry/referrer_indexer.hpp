#pragma once

#include "oci/digest.hpp"
#include "oci/names.hpp"
#include "registry/catalog.hpp"
#include "registry/referrer_store.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace berth::registry {

/// Adds to the referrer store the manifests that were pushed to a registry without it, such as registry:2. Reads every
/// manifest; what has been added is not written again. Registries may run meanwhile: whoever pushes to berth adds
/// referrers himself, and one that is deleted while it is being read leaves a link that no list shows.
///
/// Lifetime: driver and referrers outlive the indexer.
class referrer_indexer {
public:
    struct counts {
        std::uint64_t repositories = 0;  ///< Read to their end.
        std::uint64_t manifests = 0;     ///< Read.
        std::uint64_t links = 0;         ///< Written, or with `dry_run`: that would have been.
        std::uint64_t unreadable = 0;    ///< Manifests whose bytes are missing, damaged, or kept back by the store.
    };
    struct options {
        bool dry_run = false;
        /// Called after every manifest and repository, if set.
        std::function<void(const counts&)> on_progress{};
        /// Called for each unreadable manifest, with the reason, if set.
        std::function<void(const oci::repository_name&, const oci::digest&, const std::string&)> on_unreadable{};
    };

    referrer_indexer(storage::driver& driver, referrer_store& referrers, options options)
        : driver_{driver}, reader_{driver, nullptr}, referrers_{referrers}, options_{std::move(options)} {}

    /// Walks all repositories, by pages of the catalog. An unreadable manifest does not end it; a store that does not
    /// answer, or takes no link, does, with storage::error.
    awaitable<counts> index_all();

    /// The same for one repository. One that is not there has no manifests.
    awaitable<counts> index(const oci::repository_name& name);

private:
    awaitable<void> index_repository(const oci::repository_name& name);
    awaitable<void> index_manifest(const oci::repository_name& name, const oci::digest& digest);
    awaitable<void> index_referrer(const oci::repository_name& name, const oci::digest& digest,
                                   const std::string& bytes);
    void report_progress() const;

    storage::driver& driver_;
    manifest_reader reader_;
    referrer_store& referrers_;
    const options options_;
    counts counts_;
};

}  // namespace berth::registry
