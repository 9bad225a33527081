#pragma once

#include "async/asio.hpp"
#include "oci/digest.hpp"
#include "oci/names.hpp"

#include <cstdint>
#include <optional>

namespace berth::cache {

/// Remembers the size of blobs by repository and digest. The repository is part of the key: that one repository holds a
/// blob says nothing of who may read it through another. Thread-safe. Entries may vanish at any time.
class descriptor_cache {
public:
    virtual ~descriptor_cache() = default;

    virtual awaitable<std::optional<std::uint64_t>> find(const oci::repository_name& name, const oci::digest& blob) = 0;
    virtual awaitable<void> put(const oci::repository_name& name, const oci::digest& blob,
                                std::uint64_t size_bytes) = 0;
    virtual awaitable<void> forget(const oci::repository_name& name, const oci::digest& blob) = 0;
};

}  // namespace berth::cache
