#pragma once

#include "app/metrics/exposition.hpp"
#include "cache/disk/disk_cache.hpp"
#include "cache/holdings.hpp"
#include "cache/shared_holdings.hpp"
#include "notify/notifier.hpp"
#include "registry/scheduled_collector.hpp"
#include "registry/upload_purger.hpp"
#include "s3/credentials/provider.hpp"
#include "s3/traffic.hpp"
#include "storage/timed_driver.hpp"
#include "storage/watched/store_watch.hpp"

/// What the services count, made into metrics when somebody asks: they themselves know nothing of metrics. Each of
/// these writes some families; docs/operations.md says what they are good for.
namespace berth::app {

void write_blob_traffic(exposition& to, const cache::blob_traffic& traffic);
void write_disk_cache(exposition& to, const cache::disk_cache& disk);
void write_s3_traffic(exposition& to, const s3::traffic& traffic);
void write_s3_credentials(exposition& to, const s3::credentials_provider& credentials);
/// `driver`: as driver::name() says.
void write_action_times(exposition& to, std::string_view driver, const storage::action_times& times);
/// `shared`: null where nodes do not share what they know.
void write_holdings(exposition& to, const cache::holdings& held, const cache::shared_holdings* shared);
void write_collections(exposition& to, const registry::scheduled_collector::counters& counted);
void write_upload_purges(exposition& to, const registry::upload_purger::counters& counted);
void write_notifications(exposition& to, const notify::notifier& notifier);
void write_store_watch(exposition& to, const storage::store_watch& watch);

/// This process as the kernel sees it (/proc/self), under the names that Prometheus' clients use.
void write_process(exposition& to);

}  // namespace berth::app
