#pragma once

#include "config/configuration.hpp"
#include "storage/driver.hpp"

#include <memory>

namespace berth::app {

/// The storage driver that the configuration names. Throws startup_error for what no driver can be made of, such as S3
/// without keys. Talks to nobody yet.
std::unique_ptr<storage::driver> make_driver(const config::storage_settings& settings);

}  // namespace berth::app
