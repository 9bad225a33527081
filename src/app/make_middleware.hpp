#pragma once

#include "app/make_driver.hpp"
#include "config/configuration.hpp"

namespace berth::app {

/// `middleware.storage`: other links to the files of a driver that make_driver has made of the same configuration.
/// Throws startup_error for a key that is none.
made_driver with_middleware(made_driver made, const config::configuration& config);

}  // namespace berth::app
