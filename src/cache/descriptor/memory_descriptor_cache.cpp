#include "cache/descriptor/memory_descriptor_cache.hpp"

namespace berth::cache {

namespace {

std::string key_of(const oci::repository_name& name, const oci::digest& blob) {
    return name.str() + "@" + blob.str();
}

}  // namespace

awaitable<std::optional<std::uint64_t>> memory_descriptor_cache::find(const oci::repository_name& name,
                                                                      const oci::digest& blob) {
    const std::lock_guard lock{mutex_};
    const std::uint64_t* found = sizes_.find(key_of(name, blob));
    if (!found) co_return std::nullopt;
    co_return *found;
}

awaitable<void> memory_descriptor_cache::put(const oci::repository_name& name, const oci::digest& blob,
                                             std::uint64_t size_bytes) {
    const std::lock_guard lock{mutex_};
    sizes_.put(key_of(name, blob), size_bytes);
    co_return;
}

awaitable<void> memory_descriptor_cache::forget(const oci::repository_name& name, const oci::digest& blob) {
    const std::lock_guard lock{mutex_};
    sizes_.erase(key_of(name, blob));
    co_return;
}

}  // namespace berth::cache
