#pragma once

#include "async/io_runtime.hpp"
#include "cache/shared_holdings.hpp"
#include "config/configuration.hpp"

#include <memory>

namespace berth::app {

/// Null where `storage.cache.blobdescriptor` is not redis. Asks redis nothing. Throws startup_error for files of
/// `redis.tls` that cannot be used.
std::unique_ptr<cache::shared_holdings> make_shared_holdings(const config::configuration& config,
                                                             async::io_runtime& runtime);

}  // namespace berth::app
