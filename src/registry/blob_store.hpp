#pragma once

#include "cache/descriptor/descriptor_cache.hpp"
#include "oci/error.hpp"
#include "registry/known_holders.hpp"
#include "storage/layout.hpp"

#include <chrono>
#include <optional>

namespace berth::registry {

/// A blob as a repository holds it.
struct blob {
    oci::digest digest;
    std::uint64_t size_bytes = 0;
    /// Where its bytes lie when that is not under its own digest: registry:2 keeps what is pushed by a sha512 digest
    /// under the sha256 one, and says so in the link.
    std::optional<oci::digest> stored_as{};
    bool from_cache = false;  ///< Nobody has asked the store yet whether the repository still holds it.

    const oci::digest& place() const { return stored_as ? *stored_as : digest; }
};

/// The blobs of all repositories. A blob's bytes lie once in the store; a repository holds a blob by a link of its own,
/// and only through that link is it readable. Thread-safe.
///
/// Lifetime: driver and cache outlive the store; the cache may be null.
class blob_store {
public:
    blob_store(storage::driver& driver, cache::descriptor_cache* cache) : driver_{driver}, cache_{cache} {}

    /// Asks the store, never the cache: what a push depends on. blob_unknown where link or bytes are missing.
    awaitable<oci::outcome<blob>> stat(const oci::repository_name& name, const oci::digest& digest);

    /// The same for a read: may answer from the cache. Such an answer is good for open() only, which asks the store.
    awaitable<oci::outcome<blob>> find(const oci::repository_name& name, const oci::digest& digest);

    /// The bytes of a blob that find or stat returned. blob_unknown when they are gone by now, or the repository's
    /// link.
    awaitable<oci::outcome<storage::open_file>> open(const oci::repository_name& name, const blob& what,
                                                     storage::byte_range range);

    /// A URL that gives the bytes without this registry, where the driver has such a thing. A secret: never log it.
    std::optional<std::string> presigned_get(const blob& what, std::chrono::seconds lifetime);

    /// Lets `name` hold a blob that `from` holds. blob_unknown when `from` does not.
    awaitable<oci::outcome<blob>> mount(const oci::repository_name& name, const oci::repository_name& from,
                                        const oci::digest& digest);

    /// The same from any repository that this process has lately seen to hold it. blob_unknown where there is none.
    awaitable<oci::outcome<blob>> mount_from_anywhere(const oci::repository_name& name, const oci::digest& digest);

    /// Takes the blob away from the repository. The bytes stay: others may hold them. blob_unknown when it had no link.
    awaitable<oci::outcome<void>> remove(const oci::repository_name& name, const oci::digest& digest);

    /// Writes the link. The bytes must be there.
    awaitable<void> link(const oci::repository_name& name, const blob& what);

private:
    awaitable<bool> is_linked(const oci::repository_name& name, const blob& what);
    awaitable<void> remember(const oci::repository_name& name, const blob& what);

    storage::driver& driver_;
    cache::descriptor_cache* cache_;
    known_holders holders_{10'000};
};

}  // namespace berth::registry
