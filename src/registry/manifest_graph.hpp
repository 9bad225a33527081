#pragma once

#include "oci/references.hpp"

#include <map>

namespace berth::registry {

/// The manifests that one repository serves, and which of them a collection of garbage keeps. No I/O.
class manifest_graph {
public:
    struct manifest {
        oci::references refers_to;
        bool has_revision = false;  ///< It has a revision link, and is not only served by a link among the layers.
        bool is_kept = false;
    };

    /// Once for each digest, and all before the first is kept.
    void add(const oci::digest& digest, manifest what);
    /// Null where it is not here.
    const manifest* find(const oci::digest& digest) const;
    const std::map<oci::digest, manifest>& manifests() const { return manifests_; }

    /// Keeps it, what it lists if it is an index, and so on; and every manifest whose subject is kept, with all that
    /// one lists. Nothing to do where it is not here.
    void keep(const oci::digest& digest);
    void keep_all();

private:
    std::map<oci::digest, manifest> manifests_;
    std::multimap<oci::digest, oci::digest> referrers_;  // by subject
};

}  // namespace berth::registry
