#pragma once

#include "base/hash.hpp"
#include "s3/credentials/keys.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace berth::s3 {

/// The signing key of the last keys, day and region that were asked for: it is good for all requests of that day, and
/// costs four hashes to make. Thread-safe.
class signing_key_cache {
public:
    sha256_bytes get(const shared_keys& keys, std::string_view region, wall_time time);

private:
    std::mutex mutex_;
    shared_keys keys_;  // guarded by mutex_, as are those below
    std::string region_;
    std::chrono::sys_days day_{};
    sha256_bytes key_{};
};

}  // namespace berth::s3
