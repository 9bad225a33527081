#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

#include <boost/algorithm/string/predicate.hpp>

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

constexpr std::uint64_t min_filesystem_threads = 25;  // registry:2 raises a lower number to this one.

template <auto member>
void filesystem(const value& v, configuration& c) {
    v.read(c.storage.filesystem.*member);
}

void max_threads(const value& v, configuration& c) {
    std::uint64_t& threads = c.storage.filesystem.max_threads;
    v.read(threads, {});
    if (threads >= min_filesystem_threads) return;
    v.warn("too few; " + std::to_string(min_filesystem_threads) + " are used");
    threads = min_filesystem_threads;
}

void purging_age(const value& v, configuration& c) {
    auto& age = c.storage.upload_purging.age;
    v.read(age, std::chrono::seconds{0});
    if (age < std::chrono::hours{1})
        v.warn("uploads to other nodes that take longer than that are removed under way; write 168h, or at least 1h");
}

void cache(const value& v, configuration& c) {
    std::string kind;
    v.read(kind);
    auto& lifetime = c.storage.cache.lifetime;
    v.read_choice(lifetime,
                  {{"inmemory", lifetime}, {"redis", lifetime}, {"", lifetime}, {"none", std::chrono::nanoseconds{0}}});
    c.storage.cache.shared_by_redis = boost::iequals(kind, "redis");
}

// clang-format off
const key table[] = {
    {"storage.filesystem.rootdirectory", single, "/var/lib/registry", filesystem<&filesystem_storage::root_directory>},
    {"storage.filesystem.maxthreads", single, "100", max_threads},
    {"storage.inmemory", subtree, "", nothing},
    {"storage.azure", subtree, "", refuse_driver},
    {"storage.gcs", subtree, "", refuse_driver},
    {"storage.oss", subtree, "", refuse_driver},
    {"storage.swift", subtree, "", refuse_driver},
    {"storage.cache.layerinfo", single, "", cache},
    {"storage.cache.blobdescriptor", single, "", cache},
    {"storage.cache.blobdescriptorsize", single, "10000", [](const value& v, configuration& c) {
         v.read(c.storage.cache.entries, {});
     }},
    {"storage.cache.lifetime", single, "60s", [](const value& v, configuration& c) {
         v.read(c.storage.cache.lifetime, std::chrono::nanoseconds{0});
     }},
    {"storage.cache.manifestsize", single, "16777216", [](const value& v, configuration& c) {
         v.read(c.storage.cache.manifest_bytes, {});
     }},
    {"storage.cache.blob.rootdirectory", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.storage.cache.blob.root_directory, is_absolute_path, "a folder's absolute path");
     }},
    {"storage.cache.blob.maxsize", single, "", [](const value& v, configuration& c) {
         v.read_size(c.storage.cache.blob.max_bytes, mib);
     }},
    {"storage.cache.blob.staleiferror", single, "168h", [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.stale_if_error, std::chrono::nanoseconds{0});
     }},
    {"storage.cache.blob.warm", subtree, "", [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.warm);
     }},
    {"storage.cache.blob.warmjitter", single, "60s", [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.warm_jitter, std::chrono::nanoseconds{0});
     }},
    {"storage.cache.blob.prefetch", single, "true", [](const value& v, configuration& c) {
         v.read(c.storage.cache.blob.prefetch);
     }},
    {"storage.redirect.disable", single, "true", [](const value& v, configuration& c) {
         v.read(c.storage.redirect_disabled);
     }},
    {"storage.delete.enabled", single, "false", [](const value& v, configuration& c) {
         v.read(c.storage.delete_enabled);
     }},
    {"storage.maintenance.uploadpurging.enabled", single, "true", [](const value& v, configuration& c) {
         v.read(c.storage.upload_purging.enabled);
     }},
    {"storage.maintenance.uploadpurging.age", single, "168h", purging_age},
    {"storage.maintenance.uploadpurging.interval", single, "24h", [](const value& v, configuration& c) {
         v.read(c.storage.upload_purging.interval, std::chrono::seconds{1});
     }},
    {"storage.maintenance.uploadpurging.dryrun", single, "false", [](const value& v, configuration& c) {
         v.read(c.storage.upload_purging.dry_run);
     }},
    {"storage.maintenance.garbagecollection.enabled", single, "false", [](const value& v, configuration& c) {
         v.read(c.storage.collection.enabled);
     }},
    {"storage.maintenance.garbagecollection.interval", single, "24h", [](const value& v, configuration& c) {
         v.read(c.storage.collection.interval, std::chrono::seconds{1});
     }},
    {"storage.maintenance.garbagecollection.deleteuntagged", single, "false", [](const value& v, configuration& c) {
         v.read(c.storage.collection.delete_untagged);
     }},
    {"storage.maintenance.garbagecollection.grace", single, "24h", [](const value& v, configuration& c) {
         v.read(c.storage.collection.grace, std::chrono::seconds{0});
     }},
    {"storage.maintenance.garbagecollection.quarantine", single, "24h", [](const value& v, configuration& c) {
         v.read(c.storage.collection.quarantine, std::chrono::seconds{0});
     }},
    {"storage.maintenance.garbagecollection.trashretention", single, "168h", [](const value& v, configuration& c) {
         v.read(c.storage.collection.trash_retention, std::chrono::seconds{0});
     }},
    {"storage.maintenance.garbagecollection.dryrun", single, "false", [](const value& v, configuration& c) {
         v.read(c.storage.collection.dry_run);
     }},
    {"storage.maintenance.readonly.enabled", single, "false", [](const value& v, configuration& c) {
         v.read(c.storage.read_only);
     }},
    {"storage.tag.concurrencylimit", single, "16", [](const value& v, configuration& c) {
         read_unless_zero(v, c.storage.tag_reads_at_once, {.max = 1000});
     }},
};
// clang-format on

}  // namespace

std::span<const key> storage_keys() {
    return table;
}

}  // namespace berth::config
