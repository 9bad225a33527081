#pragma once

#include "config/load.hpp"

namespace berth::app {

/// What becomes of a configuration that was read again while the program runs: log.level and log.accesslog.disabled
/// count from now on, and one line of the log names the keys that need a restart, those that say something else than at
/// the `start`. Where `now` must not be used, the log says why, and what counted before counts on.
void reread_configuration(const config::loaded& now, const config::loaded& start);

}  // namespace berth::app
