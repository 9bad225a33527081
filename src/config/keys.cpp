#include "config/keys.hpp"

#include "config/key_readers.hpp"
#include "config/shapes.hpp"

#include <algorithm>
#include <iterator>

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

template <auto member>
void filesystem(const value& v, configuration& c) {
    v.read(c.storage.filesystem.*member);
}

template <auto member>
void s3(const value& v, configuration& c) {
    v.read(c.storage.s3.*member);
}

template <auto member, std::uint64_t min, std::uint64_t max>
void s3_number(const value& v, configuration& c) {
    v.read(c.storage.s3.*member, {min, max, min == 5 * mib ? "S3's smallest part" : "the smallest value"});
}

template <auto member>
void http(const value& v, configuration& c) {
    v.read(c.http.*member);
}

// clang-format off
const key table[] = {
    {"version", single, version},
    {"loglevel", single, log_level},
    {"log.level", single, log_level},
    {"log.formatter", single, log_formatter},
    {"log.fields", subtree, [](const value& v, configuration& c) { v.read(c.log.fields); }},
    {"log.accesslog.disabled", single, access_log_disabled},
    {"log.hooks", subtree, warn_if_given},
    {"log.reportcaller", single, nothing},

    {"storage.filesystem.rootdirectory", single, filesystem<&filesystem_storage::root_directory>},
    {"storage.filesystem.maxthreads", single, max_threads},
    {"storage.inmemory", subtree, nothing},
    {"storage.azure", subtree, refuse_driver},
    {"storage.gcs", subtree, refuse_driver},
    {"storage.oss", subtree, refuse_driver},
    {"storage.swift", subtree, refuse_driver},

    {"storage.s3.accesskey", secret, s3<&s3_storage::access_key>},
    {"storage.s3.secretkey", secret, s3<&s3_storage::secret_key>},
    {"storage.s3.region", single, [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.region, is_region, "a region such as eu-central-1");
     }},
    {"storage.s3.regionendpoint", single, [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.region_endpoint, is_endpoint, "host, host:port or http://host:port");
         // registry:2 of version 2 does so; version 3 wants it said, and saying it works here as well.
         c.storage.s3.force_path_style = !c.storage.s3.region_endpoint.empty();
     }},
    {"storage.s3.forcepathstyle", single, s3<&s3_storage::force_path_style>},
    {"storage.s3.bucket", single, [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.bucket, is_bucket, "the bucket's name alone");
     }},
    {"storage.s3.encrypt", single, s3<&s3_storage::encrypt>},
    {"storage.s3.keyid", single, s3<&s3_storage::key_id>},
    {"storage.s3.secure", single, s3<&s3_storage::secure>},
    {"storage.s3.skipverify", single, s3<&s3_storage::skip_verify>},
    {"storage.s3.v4auth", single, v4auth},
    {"storage.s3.chunksize", single, s3_number<&s3_storage::chunk_bytes, 5 * mib, 5 * gib>},
    {"storage.s3.readconcurrency", single, s3_number<&s3_storage::read_concurrency, 1, 256>},
    {"storage.s3.readrangesize", single, s3_number<&s3_storage::read_range_bytes, 256 * kib, 64 * mib>},
    {"storage.s3.memorybudget", single, s3_number<&s3_storage::memory_budget_bytes, 16 * mib, 1024 * gib>},
    {"storage.s3.multipartcopychunksize", single,
     s3_number<&s3_storage::multipart_copy_chunk_bytes, 5 * mib, 5 * gib>},
    {"storage.s3.multipartcopymaxconcurrency", single,
     s3_number<&s3_storage::multipart_copy_max_concurrency, 1, 10000>},
    {"storage.s3.multipartcopythresholdsize", single,
     s3_number<&s3_storage::multipart_copy_threshold_bytes, 0, 5 * gib>},
    {"storage.s3.rootdirectory", single, s3<&s3_storage::root_directory>},
    {"storage.s3.storageclass", single, storage_class},
    {"storage.s3.objectacl", single, object_acl},
    {"storage.s3.useragent", single, [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.user_agent, is_header_value, "a text without control characters");
     }},
    {"storage.s3.loglevel", single, nothing},
    {"storage.s3.usedualstack", single, warn_if_true},
    {"storage.s3.accelerate", single, warn_if_true},
    {"storage.s3.usefipsendpoint", single, refuse_if_true},

    {"storage.cache.layerinfo", single, cache},
    {"storage.cache.blobdescriptor", single, cache},
    {"storage.cache.blobdescriptorsize", single, [](const value& v, configuration& c) {
         v.read(c.storage.cache.entries, {});
     }},
    {"storage.cache.lifetime", single, [](const value& v, configuration& c) {
         v.read(c.storage.cache.lifetime, std::chrono::nanoseconds{0});
     }},
    {"storage.cache.manifestsize", single, [](const value& v, configuration& c) {
         v.read(c.storage.cache.manifest_bytes, {});
     }},
    {"storage.cache.blob.rootdirectory", single, [](const value& v, configuration& c) {
         v.read_shape(c.storage.cache.blob.root_directory, is_absolute_path, "a folder's absolute path");
     }},
    {"storage.cache.blob.maxsize", single, [](const value& v, configuration& c) {
         v.read_size(c.storage.cache.blob.max_bytes, mib);
     }},
    {"storage.cache.blob.staleiferror", single, [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.stale_if_error, std::chrono::nanoseconds{0});
     }},
    {"storage.cache.blob.warm", subtree, [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.warm);
     }},
    {"storage.cache.blob.warmjitter", single, [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.warm_jitter, std::chrono::nanoseconds{0});
     }},
    {"storage.cache.blob.prefetch", single, [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.prefetch);
     }},
    {"storage.redirect.disable", single, redirect_disable},
    {"storage.delete.enabled", single, [](const value& v, configuration& c) {
         v.read(c.storage.delete_enabled);
     }},
    {"storage.maintenance.uploadpurging.enabled", single, warn_if_true},
    {"storage.maintenance.uploadpurging.age", single, nothing},
    {"storage.maintenance.uploadpurging.interval", single, nothing},
    {"storage.maintenance.uploadpurging.dryrun", single, nothing},
    {"storage.maintenance.readonly.enabled", single, [](const value& v, configuration& c) {
         v.read(c.storage.read_only);
     }},
    {"storage.tag", subtree, nothing},

    {"http.addr", single, [](const value& v, configuration& c) {
         v.read_shape(c.http.addr, is_listen_address, "host:port or :port, for example 127.0.0.1:5000");
     }},
    {"http.net", single, net},
    {"http.host", single, [](const value& v, configuration& c) {
         v.read_shape(c.http.host, is_absolute_url, "an address such as https://registry.example");
     }},
    {"http.prefix", single, prefix},
    {"http.relativeurls", single, http<&http_settings::relative_urls>},
    {"http.secret", secret, http<&http_settings::secret>},
    {"http.draintimeout", single, [](const value& v, configuration& c) {
         v.read(c.http.drain_timeout, std::chrono::nanoseconds{0});
     }},
    {"http.headers", subtree, headers},
    {"http.tls", subtree, refuse_if_given},
    {"http.debug.addr", single, [](const value& v, configuration& c) {
         v.read_shape(c.http.debug.addr, is_listen_address, "host:port or :port, for example 127.0.0.1:5001");
     }},
    {"http.debug.prometheus.enabled", single, [](const value& v, configuration& c) {
         v.read(c.http.debug.prometheus_enabled);
     }},
    {"http.debug.prometheus.path", single, [](const value& v, configuration& c) {
         v.read_shape(c.http.debug.prometheus_path, is_absolute_path, "a path such as /metrics");
     }},
    {"http.http2", subtree, nothing},
    {"http.h2c.enabled", single, warn_if_true},

    {"health.storagedriver.enabled", single, [](const value& v, configuration& c) {
         v.read(c.health.enabled);
     }},
    {"health.storagedriver.interval", single, [](const value& v, configuration& c) {
         v.read(c.health.interval, std::chrono::milliseconds{1});
     }},
    {"health.storagedriver.threshold", single, [](const value& v, configuration& c) {
         v.read(c.health.threshold, {});
     }},
    {"health.file", subtree, warn_if_given},
    {"health.http", subtree, warn_if_given},
    {"health.tcp", subtree, warn_if_given},

    {"auth", subtree, auth},
    {"middleware", subtree, refuse_if_given},
    {"proxy", subtree, refuse_if_given},
    {"redis", subtree, warn_if_given},
    {"notifications.events", subtree, nothing},
    {"notifications.endpoints", subtree, warn_if_given},
    {"reporting", subtree, warn_if_given},
    {"validation.enabled", single, nothing},
    {"validation.disabled", single, nothing},
    {"validation.sparse.enabled", single, [](const value& v, configuration& c) {
         v.read(c.validation.sparse_enabled);
     }},
    {"validation.manifests", subtree, warn_if_given},
    {"compatibility.schema1.enabled", single, warn_if_true},
    {"compatibility.schema1.signingkeyfile", single, nothing},
    {"policy", subtree, nothing},
    {"catalog", subtree, nothing},
    {"tags", subtree, nothing},
};
// clang-format on

}  // namespace

std::span<const key> all_keys() {
    return table;
}

const key* find_key(std::string_view path) {
    const auto found = std::ranges::find(table, path, &key::path);
    return found != std::end(table) ? &*found : nullptr;
}

bool is_group(std::string_view path) {
    return std::ranges::any_of(table, [&](const key& k) {
        return k.path.size() > path.size() && k.path.starts_with(path) && k.path[path.size()] == '.';
    });
}

}  // namespace berth::config
