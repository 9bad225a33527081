#pragma once

#include "oci/digest.hpp"
#include "oci/names.hpp"
#include "redis/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace berth::cache {

// How it stands in redis that a repository holds a blob: registry:2's keys, so that both programs can share one redis,
// and one of our own beside them, which ends by itself.
//
//     blobs::<digest>                       hash   digest, size, mediatype
//     repository::<name>::blobs             set    the digests of its blobs
//     repository::<name>::blobs::<digest>   hash   mediatype
//     berth::repository::<name>::blobs::<digest>   the size in bytes: a berth has lately been told so by the store

/// What asks whether the repository holds the blob, and what the replies to it say: the size in bytes, where all of the
/// above are there and say the same.
std::vector<redis::command> ask_for_blob(const oci::repository_name& name, const oci::digest& digest);
std::optional<std::uint64_t> size_in(const std::vector<redis::reply>& replies, const oci::digest& digest);

/// What says that it does. It is believed here for `lifetime`; 0: registry:2's keys alone.
std::vector<redis::command> add_blob(const oci::repository_name& name, const oci::digest& digest,
                                     std::uint64_t size_bytes, std::chrono::milliseconds lifetime);

/// What says that it does not. `is_deleted`: that it was deleted there just now, with which registry:2 forgets the size
/// of the blob for all repositories.
std::vector<redis::command> remove_blob(const oci::repository_name& name, const oci::digest& digest, bool is_deleted);

}  // namespace berth::cache
