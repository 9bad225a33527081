#pragma once

#include "async/single_flight.hpp"
#include "oci/manifest.hpp"
#include "registry/blob_store.hpp"
#include "registry/keeper.hpp"
#include "registry/manifest_reader.hpp"
#include "registry/manifest_rules.hpp"
#include "registry/referrer_store.hpp"
#include "registry/tag_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

/// A manifest as it was pushed, to the byte.
struct stored_manifest {
    oci::digest digest;
    std::string media_type;
    std::string bytes;
    /// Found by a tag while the store does not answer: when it has last said that the tag means this manifest.
    std::optional<wall_time> tag_last_seen{};
};

/// The manifests of all repositories. Never converts one. Thread-safe.
///
/// Lifetime: driver, blobs, tags, referrers and memory outlive the store.
class manifest_store {
public:
    struct options {
        bool check_references = true;          ///< False: manifests may refer to what the repository does not hold.
        cache::node_memory* memory = nullptr;  ///< null: nothing is remembered.
        manifest_rules rules{};
        push_guards guards{};
    };

    manifest_store(storage::driver& driver, blob_store& blobs, tag_store& tags, referrer_store& referrers,
                   options options)
        : driver_{driver},
          blobs_{blobs},
          tags_{tags},
          referrers_{referrers},
          options_{options},
          keeper_{driver, options.guards},
          reader_{driver, options.memory} {}

    /// For a read: what this node remembers is not asked for. manifest_unknown where the repository does not hold it.
    awaitable<oci::outcome<stored_manifest>> find(const oci::repository_name& name, const oci::digest& digest);
    awaitable<oci::outcome<stored_manifest>> find(const oci::repository_name& name, const oci::tag& tag);

    /// Asks the store, whatever this node remembers; that counts while the store is away, when nothing can be pushed.
    awaitable<oci::outcome<stored_manifest>> stat(const oci::repository_name& name, const oci::digest& digest);

    struct put_request {
        std::string bytes;
        std::string content_type;  ///< As the client sent it; may be empty.
        oci::digest digest;        ///< What `bytes` must hash to.
        std::vector<oci::tag> tags;
    };
    struct put_result {
        std::optional<oci::digest> subject;  ///< What the manifest is a referrer of.
    };
    /// Stores a manifest, then lets the tags point to it. What it refers to stays, whatever collection of garbage runs
    /// beside. Every blob and manifest it refers to must be in the
    /// repository, asked of the store itself: one manifest_blob_unknown for each that is not. (Not asked for: its
    /// subject, what the rules let lie elsewhere, and anything when the options say so.) Otherwise manifest_invalid or
    /// digest_invalid.
    awaitable<result<put_result, std::vector<oci::error>>> put(const oci::repository_name& name, put_request request);

    /// Takes the manifest away from the repository, and before it every tag that points to it, which it returns. The
    /// bytes stay. manifest_unknown where the repository does not hold it.
    awaitable<oci::outcome<std::vector<oci::tag>>> remove(const oci::repository_name& name, const oci::digest& digest);

private:
    using found_manifest = result<verified_manifest, no_manifest>;

    struct reference;
    std::vector<reference> references_of(const oci::manifest& manifest) const;

    awaitable<storage::path> declare_intent(const oci::repository_name& name, const oci::digest& digest,
                                            const std::vector<reference>& references);
    awaitable<void> withdraw_intent(const storage::path& intent);
    awaitable<void> keep_all(const oci::repository_name& name, std::vector<reference>& references);
    awaitable<void> keep(const oci::repository_name& name, reference& one);
    awaitable<void> put_bytes(const oci::digest& digest, const std::string& bytes);
    awaitable<void> keep_revision(const oci::repository_name& name, const oci::digest& digest);
    awaitable<void> write_links(const oci::repository_name& name, const put_request& request,
                                const std::optional<oci::digest>& subject);

    storage::driver& driver_;
    blob_store& blobs_;
    tag_store& tags_;
    referrer_store& referrers_;
    const options options_;
    keeper keeper_;
    manifest_reader reader_;
    async::single_flight<found_manifest> reads_;  // by name and digest
};

}  // namespace berth::registry
