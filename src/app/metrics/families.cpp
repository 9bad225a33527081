#include "app/metrics/families.hpp"

#include <boost/beast/http/status.hpp>

namespace berth::app {

namespace {

// "200 OK"
std::string code_and_reason(unsigned code) {
    const auto known = boost::beast::http::int_to_status(code);
    const std::string reason{known == http::status::unknown ? "" : boost::beast::http::obsolete_reason(known)};
    return std::to_string(code) + " " + reason;
}

}  // namespace

void write_blob_traffic(exposition& to, const cache::blob_traffic& traffic) {
    to.counter("berth_blob_bytes_total", "Bytes of blobs that clients were given.");
    to.sample({{"source", "store"}}, traffic.store.bytes.value());
    to.sample({{"source", "disk"}}, traffic.disk.bytes.value());
    to.sample({{"source", "shared"}}, traffic.shared.bytes.value());

    to.counter("berth_blob_requests_total", "Reads of blobs by what they found on the node's disk.");
    to.sample({{"result", "miss"}}, traffic.store.first_byte.count());
    to.sample({{"result", "hit"}}, traffic.disk.first_byte.count());
    to.sample({{"result", "joined"}}, traffic.shared.first_byte.count());

    to.histogram("berth_blob_first_byte_seconds", "From asking for a blob to having its first byte.");
    to.sample({{"source", "store"}}, traffic.store.first_byte);
    to.sample({{"source", "disk"}}, traffic.disk.first_byte);
    to.sample({{"source", "shared"}}, traffic.shared.first_byte);
}

void write_disk_cache(exposition& to, const cache::disk_cache& disk) {
    to.gauge("berth_cache_size_bytes", "What blobs on the node's disk take, those on their way with their whole size.");
    to.sample({}, disk.used_bytes());
    to.gauge("berth_cache_limit_bytes", "The most that they may take.");
    to.sample({}, disk.max_bytes());
    to.gauge("berth_cache_entries", "Blobs on the node's disk.");
    to.sample({}, disk.entries());
    to.counter("berth_cache_evictions_total", "Blobs that made way for others.");
    to.sample({}, disk.counted().evicted.value());
    to.counter("berth_cache_evicted_bytes_total", "Their bytes.");
    to.sample({}, disk.counted().evicted_bytes.value());
    to.counter("berth_cache_damaged_total", "Blobs whose file was damaged or gone, and which were dropped.");
    to.sample({}, disk.counted().damaged.value());

    const auto& ahead = disk.ahead().counted();
    to.counter("berth_prefetch_fetched_bytes_total",
               "Bytes of blobs that were fetched before a client asked for them.");
    to.sample({}, ahead.fetched_bytes.value());
    to.counter("berth_prefetch_used_bytes_total", "Those of blobs that a client has asked for since.");
    to.sample({}, ahead.used_bytes.value());
    to.counter("berth_prefetch_wasted_bytes_total", "Those that were evicted or given up before anybody asked.");
    to.sample({}, ahead.wasted_bytes.value());
}

void write_s3_traffic(exposition& to, const s3::traffic& traffic) {
    to.counter("berth_s3_requests_total", "Requests sent to S3, repeated ones included.");
    to.sample({}, traffic.requests.value());
    to.counter("berth_s3_sent_bytes_total", "Bytes of their bodies.");
    to.sample({}, traffic.sent_bytes.value());
    to.counter("berth_s3_received_bytes_total", "Bytes of the answers' bodies.");
    to.sample({}, traffic.received_bytes.value());
    to.counter("berth_s3_connections_opened_total", "Connections that were opened to S3.");
    to.sample({}, traffic.connections_opened.value());
    to.gauge("berth_s3_connections", "Those that are open.");
    const std::uint64_t closed = traffic.connections_closed.value();  // first: it never overtakes what was opened
    to.sample({}, traffic.connections_opened.value() - closed);
    to.counter("berth_s3_throttled_total", "Answers with which S3 wants fewer requests: 503 SlowDown and the like.");
    to.sample({}, traffic.throttled.value());
    to.histogram("berth_s3_range_first_byte_seconds", "From asking S3 for a range of a blob to its first byte.");
    to.sample({}, traffic.range_first_byte);
    to.histogram("berth_s3_range_seconds", "From asking S3 for a range of a blob to its last byte.");
    to.sample({}, traffic.range);
}

// Nothing for keys that last, nor while there are none.
void write_s3_credentials(exposition& to, const s3::credentials_provider& credentials) {
    const s3::shared_keys keys = credentials.current();
    if (!keys || !keys->ends) return;
    to.gauge("berth_s3_credentials_end_time_seconds", "When the keys for S3 end, in seconds since 1970.");
    to.sample({}, std::chrono::duration<double>{keys->ends->time_since_epoch()}.count());
}

void write_action_times(exposition& to, std::string_view driver, const storage::action_times& times) {
    // registry:2 calls its driver so, whatever name the file uses.
    const std::string_view name = driver == "s3" ? "s3aws" : driver;
    to.histogram("registry_storage_action_seconds", "The number of seconds that the storage action takes");
    const auto write = [&](std::string_view action, const storage::action_times::histogram& taken) {
        if (taken.count() != 0) to.sample({{"action", action}, {"driver", name}}, taken);
    };
    write("Delete", times.delete_);
    write("GetContent", times.get_content);
    write("List", times.list);
    write("Move", times.move);
    write("PutContent", times.put_content);
    write("Stat", times.stat);
    write("URLFor", times.url_for);
}

// What registry:2 asks its cache of blob descriptors, berth asks what it remembers of who holds what, and redis where
// it does not remember.
void write_holdings(exposition& to, const cache::holdings& held, const cache::shared_holdings* shared) {
    const std::uint64_t found_there = shared ? shared->counted().found.value() : 0;
    const std::uint64_t found = held.counted().found.value() + found_there;
    const std::uint64_t asked = held.counted().asked.value();
    to.counter("registry_storage_cache_total", "The number of cache request received");
    to.sample({{"type", "Hit"}}, found);
    to.sample({{"type", "Miss"}}, asked - found);
    to.sample({{"type", "Request"}}, asked);
    to.counter("registry_storage_cache_requests_total", "The same under the names of version 3: requests.");
    to.sample({}, asked);
    to.counter("registry_storage_cache_hits_total", "Those that were answered.");
    to.sample({}, found);
    to.counter("registry_storage_cache_errors_total", "Those that failed: redis does, memory does not.");
    to.sample({}, shared ? shared->counted().failed.value() : 0);
    if (!shared) return;
    to.counter("berth_redis_requests_total", "Questions to redis: which repository holds which blob.");
    const std::uint64_t asked_there = shared->counted().asked.value();
    to.sample({{"result", "hit"}}, found_there);
    to.sample({{"result", "miss"}}, asked_there - std::min(found_there, asked_there));
    to.gauge("berth_redis_away", "1 while redis does not answer, and is not asked.");
    to.sample({}, std::uint64_t{shared->is_away()});
}

void write_collections(exposition& to, const registry::scheduled_collector::counters& counted) {
    to.counter("berth_garbage_collections_total", "Collections of garbage that this node has made by its schedule.");
    to.sample({{"result", "success"}}, counted.collections.value());
    to.sample({{"result", "failure"}}, counted.failures.value());
    to.counter("berth_garbage_collected_total", "What they have removed.");
    to.sample({{"kind", "manifest"}}, counted.manifests.value());
    to.sample({{"kind", "blob"}}, counted.blobs.value());
    to.counter("berth_garbage_collected_bytes_total", "The bytes of the blobs that they have removed.");
    to.sample({}, counted.bytes.value());
}

void write_upload_purges(exposition& to, const registry::upload_purger::counters& counted) {
    to.counter("berth_uploads_purged_total", "What was removed of uploads that nobody finished.");
    to.sample({{"kind", "folder"}}, counted.uploads.value());
    to.sample({{"kind", "multipart"}}, counted.unfinished.value());
    to.counter("berth_upload_purge_failures_total", "What of them could not be removed, and looks that broke off.");
    to.sample({}, counted.failures.value());
}

void write_notifications(exposition& to, const notify::notifier& notifier) {
    to.counter("registry_notifications_events_total", "The number of total events");
    for (const auto& one : notifier.endpoints()) {
        const notify::endpoint::counts& totals = one->totals();
        to.sample({{"endpoint", one->name()}, {"type", "Events"}}, totals.events.value());
        to.sample({{"endpoint", one->name()}, {"type", "Successes"}}, totals.successes.value());
        to.sample({{"endpoint", one->name()}, {"type", "Failures"}}, totals.failures.value());
        to.sample({{"endpoint", one->name()}, {"type", "Errors"}}, totals.errors.value());
    }
    to.gauge("registry_notifications_pending_total", "The gauge of pending events in queue");
    for (const auto& one : notifier.endpoints()) to.sample({{"endpoint", one->name()}}, std::uint64_t{one->pending()});
    to.counter("registry_notifications_status_total", "The number of status code");
    for (const auto& one : notifier.endpoints())
        for (const auto& [code, count] : one->statuses())
            to.sample({{"code", code_and_reason(code)}, {"endpoint", one->name()}}, count);
    to.counter("berth_notifications_dropped_total", "Events that were dropped because too many waited.");
    for (const auto& one : notifier.endpoints()) to.sample({{"endpoint", one->name()}}, one->totals().dropped.value());
}

void write_store_watch(exposition& to, const storage::store_watch& watch) {
    to.gauge("berth_store_away", "1 while the store does not answer at all.");
    to.sample({}, std::uint64_t{watch.is_away()});
}

}  // namespace berth::app
