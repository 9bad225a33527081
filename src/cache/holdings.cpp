#include "cache/holdings.hpp"

namespace berth::cache {

namespace {

std::string key_of(holdings::kind what, const oci::repository_name& name, const oci::digest& digest) {
    std::string key;
    key.reserve(name.str().size() + digest.hex().size() + 10);
    key += what == holdings::kind::manifest ? 'm' : 'b';
    key += name.str();
    key += '@';
    key += digest.algorithm_name();
    key += digest.hex();
    return key;
}

}  // namespace

std::optional<std::uint64_t> holdings::find(kind what, const oci::repository_name& name, const oci::digest& digest) {
    const std::string key = key_of(what, name, digest);
    const std::lock_guard lock{mutex_};
    const entry* found = entries_.find(key);
    counts_.asked.add();
    if (!found || options_.now() >= found->until) return std::nullopt;
    counts_.found.add();
    return found->size_bytes;
}

holdings::epoch_number holdings::epoch() const {
    const std::lock_guard lock{mutex_};
    return epoch_;
}

void holdings::remember(kind what, const oci::repository_name& name, const oci::digest& digest,
                        std::uint64_t size_bytes, epoch_number asked) {
    std::string key = key_of(what, name, digest);
    const std::lock_guard lock{mutex_};
    if (asked != epoch_) return;
    entries_.put(std::move(key), {size_bytes, options_.now() + options_.lifetime});
}

bool holdings::vouch(const oci::repository_name& name, const oci::digest& blob, std::uint64_t size_bytes,
                     epoch_number asked) {
    std::string key = key_of(kind::blob, name, blob);
    const std::lock_guard lock{mutex_};
    if (asked != epoch_) return false;
    if (const entry* known = entries_.find(key)) return known->until != clock::time_point::min();
    entries_.put(std::move(key), {size_bytes, options_.now() + options_.lifetime});
    return true;
}

void holdings::doubt(kind what, const oci::repository_name& name, const oci::digest& digest) {
    std::string key = key_of(what, name, digest);
    const std::lock_guard lock{mutex_};
    if (entries_.find(key)) entries_.put(std::move(key), {});
}

void holdings::forget(kind what, const oci::repository_name& name, const oci::digest& digest) {
    std::string key = key_of(what, name, digest);
    const std::lock_guard lock{mutex_};
    ++epoch_;
    entries_.put(std::move(key), {});  // an entry that knows nothing, so that no manifest vouches for the blob
}

}  // namespace berth::cache
