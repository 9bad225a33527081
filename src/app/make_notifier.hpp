#pragma once

#include "async/io_runtime.hpp"
#include "config/configuration.hpp"
#include "notify/notifier.hpp"

#include <memory>

namespace berth::app {

/// Null where no endpoint is to be told anything. Throws startup_error for an endpoint's URL that is none.
std::unique_ptr<notify::notifier> make_notifier(const config::configuration& config, async::io_runtime& runtime);

}  // namespace berth::app
