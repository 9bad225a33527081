#pragma once

#include "base/log.hpp"
#include "config/auth_settings.hpp"
#include "config/collection_settings.hpp"
#include "config/middleware_settings.hpp"
#include "config/notifications_settings.hpp"
#include "config/policy_settings.hpp"
#include "config/redis_settings.hpp"
#include "config/tls_settings.hpp"
#include "config/upload_purging_settings.hpp"
#include "config/validation_settings.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth::config {

inline constexpr std::uint64_t kib = 1024;
inline constexpr std::uint64_t mib = 1024 * kib;
inline constexpr std::uint64_t gib = 1024 * mib;

/// `storage.filesystem`
struct filesystem_storage {
    std::string root_directory = "/var/lib/registry";
    std::uint64_t max_threads = 100;  ///< At least 25.

    bool operator==(const filesystem_storage&) const = default;
};

/// `storage.s3`. Without keys here the credentials come from AWS's other sources.
struct s3_storage {
    std::string access_key;
    std::string secret_key;
    std::string region;
    std::string region_endpoint;  ///< As written: "host", "host:port" or with "http://" or "https://" before it.
    bool force_path_style = false;
    std::string bucket;
    bool encrypt = false;
    std::string key_id;
    bool secure = true;
    bool skip_verify = false;
    std::uint64_t chunk_bytes = 10 * mib;
    // Ours alone: registry:2 knows no such keys.
    std::uint64_t memory_budget_bytes = 128 * mib;
    std::uint64_t read_concurrency = 48;
    std::uint64_t read_range_bytes = 2 * mib;
    std::uint64_t multipart_copy_chunk_bytes = 32 * mib;
    std::uint64_t multipart_copy_max_concurrency = 100;
    std::uint64_t multipart_copy_threshold_bytes = 32 * mib;
    std::string root_directory;
    std::string storage_class = "STANDARD";  ///< Upper case; NONE: no class is sent.
    std::string object_acl = "private";
    std::string user_agent;
    bool use_dual_stack = false;
    bool accelerate = false;
    bool use_fips_endpoint = false;
    std::string redirect_endpoint;  ///< `redirectendpoint`: where presigned URLs lead; empty: to the bucket's own host.

    bool operator==(const s3_storage&) const = default;
};

enum class storage_driver { filesystem, s3, inmemory };

/// `storage.cache.blob`: blobs on this node's disk. Off without a folder.
struct disk_cache_settings {
    std::string root_directory;
    std::uint64_t max_bytes = 0;
    /// `staleiferror`: how long the store's last answers count while it is away; 0: never.
    std::chrono::nanoseconds stale_if_error = std::chrono::hours{24 * 7};
    std::vector<std::string> warm;  ///< Images, "team/net:v1", that are brought into it after the start.
    std::chrono::nanoseconds warm_jitter = std::chrono::seconds{60};  ///< `warmjitter`: the longest delay before that.
    bool prefetch = true;  ///< Fetches an image's blobs when its manifest is served.

    bool operator==(const disk_cache_settings&) const = default;
};

/// `storage.cache`: what this node remembers of the store. `blobdescriptor: none` sets the lifetime to 0.
struct cache_settings {
    std::uint64_t entries = 10000;                                 ///< `blobdescriptorsize`; 0: no limit.
    std::chrono::nanoseconds lifetime = std::chrono::seconds{60};  ///< `lifetime`; 0: who holds what is always asked.
    std::uint64_t manifest_bytes = 16 * mib;                       ///< `manifestsize`; 0: no manifest is kept.
    bool shared_by_redis = false;                                  ///< `blobdescriptor: redis`
    disk_cache_settings blob;

    bool operator==(const cache_settings&) const = default;
};

/// `storage`. Only the struct of the chosen driver counts.
struct storage_settings {
    storage_driver driver = storage_driver::filesystem;
    filesystem_storage filesystem;
    s3_storage s3;
    cache_settings cache;
    bool redirect_disabled = true;  ///< Blobs come through this process. registry:2's default is false.
    bool delete_enabled = false;
    bool read_only = false;  ///< `maintenance.readonly`
    upload_purging_settings upload_purging;
    collection_settings collection;
    std::uint64_t tag_reads_at_once = 16;  ///< `tag.concurrencylimit`

    bool operator==(const storage_settings&) const = default;
};

/// `http.debug`: metrics and health on an address of their own. Off without one.
struct debug_settings {
    std::string addr;
    bool prometheus_enabled = false;
    std::string prometheus_path = "/metrics";

    bool operator==(const debug_settings&) const = default;
};

/// `http`
struct http_settings {
    std::string addr = ":5000";   ///< With on_unix_socket its path.
    bool on_unix_socket = false;  ///< `net: unix`
    std::string host;             ///< Absolute URL for Location headers; empty: from the request.
    std::string prefix = "/";     ///< Stands before all paths but /.
    bool relative_urls = false;
    std::string secret;                        ///< Accepted for registry:2's sake; nothing is signed with it.
    std::chrono::nanoseconds drain_timeout{};  ///< 0: wait for no request on shutdown.
    // Ours alone.
    std::vector<std::string> allowed_hosts;                              ///< Names besides that of `host`; "*": any.
    std::uint64_t max_connections = 0;                                   ///< 0: no limit.
    std::chrono::nanoseconds idle_timeout = std::chrono::minutes{2};     ///< Between two requests.
    std::chrono::nanoseconds header_timeout = std::chrono::seconds{30};  ///< For a request's header, all of it.
    std::vector<std::pair<std::string, std::vector<std::string>>> headers;
    tls_settings tls;
    debug_settings debug;

    bool operator==(const http_settings&) const = default;
};

/// One of `health.file`, `health.http` and `health.tcp`.
struct health_check {
    std::string target;                                                     ///< The file, the URI, the address.
    std::vector<std::pair<std::string, std::vector<std::string>>> headers;  ///< Of an HTTP request.
    std::uint64_t status = 200;                                             ///< That an HTTP answer is to have.
    std::chrono::nanoseconds timeout = std::chrono::seconds{5};
    std::chrono::nanoseconds interval = std::chrono::seconds{10};
    std::uint64_t threshold = 0;  ///< Failures in a row that count; 0: the first one does.

    bool operator==(const health_check&) const = default;
};

/// `health`: the storage's check, and the operator's own.
struct health_settings {
    std::vector<health_check> files, https, tcps;
    bool enabled = false;
    std::chrono::nanoseconds interval = std::chrono::seconds{10};
    std::uint64_t threshold = 0;  ///< Failures in a row that make us unhealthy; 0: the first one does.

    bool operator==(const health_settings&) const = default;
};

/// `catalog` and `tags`: the longest page of a list.
struct list_settings {
    std::uint64_t catalog_max_entries = 1000;
    std::uint64_t tags_max_entries = 1000;

    bool operator==(const list_settings&) const = default;
};

/// All that a config.yml can say, with registry:2's defaults.
struct configuration {
    berth::log::options log;
    storage_settings storage;
    auth_settings auth;
    http_settings http;
    health_settings health;
    validation_settings validation;
    policy_settings policy;
    list_settings lists;
    notifications_settings notifications;
    redis_settings redis;
    std::vector<storage_middleware> middleware;  ///< `middleware.storage`: the last one has the last word.

    bool operator==(const configuration&) const = default;
};

}  // namespace berth::config
