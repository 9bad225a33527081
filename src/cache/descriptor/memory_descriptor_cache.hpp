#pragma once

#include "cache/descriptor/descriptor_cache.hpp"

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace berth::cache {

/// `blobdescriptor: inmemory`: in this process's memory, at most `max_entries`, the least recently used goes first.
class memory_descriptor_cache final : public descriptor_cache {
public:
    /// 0: no limit.
    explicit memory_descriptor_cache(std::size_t max_entries) : max_entries_{max_entries} {}

    awaitable<std::optional<std::uint64_t>> find(const oci::repository_name& name, const oci::digest& blob) override;
    awaitable<void> put(const oci::repository_name& name, const oci::digest& blob, std::uint64_t size_bytes) override;
    awaitable<void> forget(const oci::repository_name& name, const oci::digest& blob) override;

private:
    struct entry {
        std::string key;
        std::uint64_t size_bytes;
    };

    const std::size_t max_entries_;
    std::mutex mutex_;
    std::list<entry> by_use_;                                                 // guarded by mutex_; newest first
    std::unordered_map<std::string_view, std::list<entry>::iterator> index_;  // guarded by mutex_; keys live in by_use_
};

}  // namespace berth::cache
