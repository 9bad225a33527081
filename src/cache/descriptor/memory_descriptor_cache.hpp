#pragma once

#include "base/lru_map.hpp"
#include "cache/descriptor/descriptor_cache.hpp"

#include <mutex>

namespace berth::cache {

/// `blobdescriptor: inmemory`: in this process's memory, at most `max_entries`, the least recently used goes first.
class memory_descriptor_cache final : public descriptor_cache {
public:
    /// 0: no limit.
    explicit memory_descriptor_cache(std::size_t max_entries) : sizes_{max_entries} {}

    awaitable<std::optional<std::uint64_t>> find(const oci::repository_name& name, const oci::digest& blob) override;
    awaitable<void> put(const oci::repository_name& name, const oci::digest& blob, std::uint64_t size_bytes) override;
    awaitable<void> forget(const oci::repository_name& name, const oci::digest& blob) override;

private:
    std::mutex mutex_;
    lru_map<std::uint64_t> sizes_;  // guarded by mutex_; in bytes
};

}  // namespace berth::cache
