#include "app/metrics/families.hpp"

namespace berth::app {

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

void write_s3_traffic(exposition& to, const http::client_traffic& traffic) {
    to.counter("berth_s3_requests_total", "Requests sent to S3, repeated ones included.");
    to.sample({}, traffic.requests.value());
    to.counter("berth_s3_sent_bytes_total", "Bytes of their bodies.");
    to.sample({}, traffic.sent_bytes.value());
    to.counter("berth_s3_received_bytes_total", "Bytes of the answers' bodies.");
    to.sample({}, traffic.received_bytes.value());
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
    to.counter("berth_notifications_dropped_total", "Events that were dropped because too many waited.");
    for (const auto& one : notifier.endpoints()) to.sample({{"endpoint", one->name()}}, one->totals().dropped.value());
}

void write_store_watch(exposition& to, const storage::store_watch& watch) {
    to.gauge("berth_store_away", "1 while the store does not answer at all.");
    to.sample({}, std::uint64_t{watch.is_away()});
}

}  // namespace berth::app
