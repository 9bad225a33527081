#pragma once

#include "base/lru_map.hpp"
#include "oci/digest.hpp"
#include "oci/names.hpp"

#include <mutex>
#include <optional>

namespace berth::registry {

/// Which repository was last seen to hold a blob: what finds a source for a mount that names none. Only a hint, so
/// whoever uses it asks the store. Thread-safe.
class known_holders {
public:
    explicit known_holders(std::size_t max_entries) : names_{max_entries} {}

    void remember(const oci::digest& blob, const oci::repository_name& holder) {
        const std::lock_guard lock{mutex_};
        names_.put(blob.str(), holder);
    }

    std::optional<oci::repository_name> find(const oci::digest& blob) {
        const std::lock_guard lock{mutex_};
        const oci::repository_name* found = names_.find(blob.str());
        if (!found) return std::nullopt;
        return *found;
    }

private:
    std::mutex mutex_;
    lru_map<oci::repository_name> names_;  // guarded by mutex_; by digest
};

}  // namespace berth::registry
