#pragma once

#include "config/configuration.hpp"
#include "storage/watched/store_watch.hpp"

#include <memory>

namespace berth::app {

struct made_driver {
    std::unique_ptr<storage::driver> driver;
    storage::store_watch* watch = nullptr;  ///< Whether its store is away; null where it cannot be.
};

/// The storage driver that the configuration names. Throws startup_error for what no driver can be made of, such as S3
/// without keys. Talks to nobody yet.
made_driver make_driver(const config::storage_settings& settings);

}  // namespace berth::app
