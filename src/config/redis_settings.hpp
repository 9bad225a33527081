#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace berth::config {

/// `redis.tls`
struct redis_tls_settings {
    std::string certificate, key;       ///< Files: what this node shows of itself.
    std::vector<std::string> root_cas;  ///< Files; empty: the authorities that the machine trusts.

    /// As in registry:2: any of them means that TLS is spoken.
    bool is_on() const { return !certificate.empty() || !key.empty() || !root_cas.empty(); }
    bool operator==(const redis_tls_settings&) const = default;
};

/// `redis`. Counts only with `storage.cache.blobdescriptor: redis`.
struct redis_settings {
    std::vector<std::string> addresses;  ///< `addr`, or `addrs`: "host:port", exactly one.
    std::string username;
    std::string password;
    std::uint64_t database = 0;  ///< `db`
    std::string client_name;
    std::chrono::nanoseconds dial_timeout = std::chrono::seconds{1};
    std::chrono::nanoseconds read_timeout = std::chrono::milliseconds{500};
    std::chrono::nanoseconds write_timeout = std::chrono::milliseconds{500};
    std::uint64_t max_idle = 16;    ///< `pool.maxidle`, in 3.x `maxidleconns`.
    std::uint64_t max_active = 64;  ///< `pool.maxactive`, in 3.x `poolsize` and `maxactiveconns`.
    std::chrono::nanoseconds idle_timeout = std::chrono::minutes{5};  ///< `pool.idletimeout`, in 3.x `connmaxidletime`.
    redis_tls_settings tls;

    bool operator==(const redis_settings&) const = default;
};

}  // namespace berth::config
