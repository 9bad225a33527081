#pragma once

#include "s3/client.hpp"

#include <cstdint>

namespace berth::s3 {

/// How objects are copied within the bucket: `multipartcopy*` of the config.
struct copy_options {
    std::uint64_t threshold_bytes = 32 * 1024 * 1024;  ///< Up to this size one CopyObject does it.
    std::uint64_t chunk_bytes = 32 * 1024 * 1024;      ///< Of the parts beyond; larger when 10,000 would not do.
    std::size_t max_concurrency = 100;
};

/// Copies an object of `size_bytes`; the server moves the bytes. `to` appears whole or not at all. Throws
/// s3::error.
awaitable<void> copy_object(client& through, const object_key& from, const object_key& to, std::uint64_t size_bytes,
                            const copy_options& how);

}  // namespace berth::s3
