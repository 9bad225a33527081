#pragma once

#include "s3/client.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace berth::s3 {

/// How objects are copied within the bucket: `multipartcopy*` of the config.
struct copy_options {
    std::uint64_t threshold_bytes = 32 * 1024 * 1024;  ///< Up to this size one CopyObject does it.
    std::uint64_t chunk_bytes = 32 * 1024 * 1024;      ///< Of the parts beyond; larger when 10,000 would not do.
    std::size_t max_concurrency = 100;
    /// Beyond the threshold a server that copies by reference is done within this and another second for each GiB.
    std::chrono::steady_clock::duration patience = std::chrono::seconds{1};
};

/// Copies objects within the bucket; the server moves the bytes. A large one is asked for with a single CopyObject,
/// which servers that copy by reference answer at once. Where no answer comes in time the server moves bytes, and many
/// part copies side by side are faster: that one and those of the next ten minutes are copied so. Thread-safe.
///
/// Lifetime: the client outlives it.
class object_copier {
public:
    object_copier(client& through, const copy_options& how) : client_{through}, how_{how} {}

    /// An object of `size_bytes`. `to` appears whole or not at all. Throws s3::error.
    awaitable<void> copy(const object_key& from, const object_key& to, std::uint64_t size_bytes);

private:
    using clock = std::chrono::steady_clock;

    awaitable<bool> copy_in_time(const object_key& from, const object_key& to, clock::duration patience);
    awaitable<void> copy_in_parts(const object_key& from, const object_key& to, std::uint64_t size_bytes);
    awaitable<void> copy_parts(const object_key& from, const object_key& to, std::uint64_t size_bytes,
                               const std::string& upload_id);

    client& client_;
    const copy_options how_;
    std::atomic<clock::time_point> slow_until_{clock::time_point::min()};
};

}  // namespace berth::s3
