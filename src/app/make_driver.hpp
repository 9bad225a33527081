#pragma once

#include "config/configuration.hpp"
#include "s3/credentials/provider.hpp"
#include "s3/traffic.hpp"
#include "storage/watched/store_watch.hpp"

#include <memory>

namespace berth::app {

struct made_driver {
    std::unique_ptr<storage::driver> driver;
    storage::store_watch* watch = nullptr;  ///< Whether its store is away; null where nothing depends on that.
    std::shared_ptr<const s3::credentials_provider> credentials{};  ///< Of S3; null for other stores.
};

/// The storage driver that the configuration names. Throws startup_error for what no driver can be made of, such as S3
/// without keys. Talks to nobody yet. `s3_traffic`, where it is not null, counts what goes to S3 and comes from there.
///
/// Lifetime: `s3_traffic` outlives the driver.
made_driver make_driver(const config::storage_settings& settings, s3::traffic* s3_traffic = nullptr);

}  // namespace berth::app
