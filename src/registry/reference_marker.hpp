#pragma once

#include "registry/digest_map.hpp"
#include "registry/reclaimer.hpp"
#include "registry/repository_manifests.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

/// Finds out what the blobs of a store are referred to by: the manifests of all repositories, and the pushes that are
/// under way. Once marked, a blob stays so: it is looked at again only for what has come since.
///
/// Its memory grows with the number of blobs and manifests (40 bytes each), with what is doomed, and with the manifests
/// of the largest few repositories. Not thread-safe.
///
/// Lifetime: the driver outlives it.
class reference_marker {
public:
    struct options {
        /// Manifests without a tag do not count, unless an index lists them, they are referrers of what counts, or
        /// their link is not older than this.
        std::optional<wall_time> untagged_before{};
        collection_guards guards{};
        std::function<void(const std::string&)> on_line{};     ///< What registry:2 prints, if set.
        std::function<void(const std::string&)> on_problem{};  ///< What is in doubt, if set.
        std::function<awaitable<void>()> on_progress{};        ///< Called now and then, if set.
    };
    /// A manifest that does not count.
    struct doomed_manifest {
        oci::repository_name repository;
        oci::digest digest;
        std::optional<oci::digest> subject;
    };

    reference_marker(storage::driver& driver, options options)
        : driver_{driver}, reader_{driver}, options_{std::move(options)} {}

    /// Once, before all else. Throws storage::error when the store fails, or has no repository.
    awaitable<void> mark_all();
    /// What intents and manifests that were not there before refer to. Those that no longer are doomed count.
    awaitable<void> mark_again();

    bool is_marked(const oci::digest& digest) const { return marked_.contains(digest); }
    const std::vector<doomed_manifest>& doomed() const { return doomed_; }
    /// Those that could go have gone: what is left counts from now on.
    void forget_doomed() { doomed_.clear(); }

    bool has_problems() const { return has_problems_; }
    std::uint64_t repositories() const { return repositories_; }  ///< Read so far.
    std::uint64_t manifests() const { return read_.size(); }      ///< That count.
    std::uint64_t marked() const { return marked_.size(); }

private:
    awaitable<void> read_intents();
    awaitable<void> read_intent(const storage::path& file);
    awaitable<void> read_repositories();
    awaitable<void> read_repository(repository_manifests& into);
    awaitable<void> keep_young(repository_manifests& all);
    void decide(repository_manifests& all);
    void mark(const repository_manifests& all);
    bool was_doomed(const oci::repository_name& name) const;
    void complain(std::string about);
    void say(const std::string& line) const;

    storage::driver& driver_;
    repository_manifests_reader reader_;
    const options options_;
    bool is_again_ = false;
    bool has_problems_ = false;
    std::uint64_t repositories_ = 0;
    digest_set marked_;
    digest_set read_;                                          // manifests whose content is marked
    std::multimap<oci::repository_name, oci::digest> pushed_;  // what intents name as manifests
    std::vector<doomed_manifest> doomed_, still_doomed_;
};

}  // namespace berth::registry
