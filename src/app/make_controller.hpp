#pragma once

#include "auth/controller.hpp"
#include "config/auth_settings.hpp"

#include <memory>

namespace berth::app {

/// What `auth` says. Null: everybody is let in. Throws startup_error where its files cannot be used.
std::unique_ptr<auth::controller> make_controller(const config::auth_settings& settings);

}  // namespace berth::app
