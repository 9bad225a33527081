#include "cache/descriptor/memory_descriptor_cache.hpp"

namespace berth::cache {

namespace {

std::string key_of(const oci::repository_name& name, const oci::digest& blob) {
    return name.str() + "@" + blob.str();
}

}  // namespace

awaitable<std::optional<std::uint64_t>> memory_descriptor_cache::find(const oci::repository_name& name,
                                                                      const oci::digest& blob) {
    const std::string key = key_of(name, blob);
    const std::lock_guard lock{mutex_};
    const auto found = index_.find(key);
    if (found == index_.end()) co_return std::nullopt;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    co_return found->second->size_bytes;
}

awaitable<void> memory_descriptor_cache::put(const oci::repository_name& name, const oci::digest& blob,
                                             std::uint64_t size_bytes) {
    std::string key = key_of(name, blob);
    const std::lock_guard lock{mutex_};
    if (const auto found = index_.find(key); found != index_.end()) {
        found->second->size_bytes = size_bytes;
        by_use_.splice(by_use_.begin(), by_use_, found->second);
        co_return;
    }
    by_use_.push_front({std::move(key), size_bytes});
    index_.emplace(by_use_.front().key, by_use_.begin());
    if (max_entries_ != 0 && by_use_.size() > max_entries_) {
        index_.erase(by_use_.back().key);
        by_use_.pop_back();
    }
}

awaitable<void> memory_descriptor_cache::forget(const oci::repository_name& name, const oci::digest& blob) {
    const std::string key = key_of(name, blob);
    const std::lock_guard lock{mutex_};
    const auto found = index_.find(key);
    if (found == index_.end()) co_return;
    const auto at = found->second;
    index_.erase(found);
    by_use_.erase(at);
}

}  // namespace berth::cache
