#pragma once

#include "auth/controller.hpp"
#include "config/auth_settings.hpp"

#include <memory>

namespace berth::app {

/// What `auth.token` says. Throws startup_error for algorithms that there are not, and for files of no use.
std::unique_ptr<auth::controller> make_token_controller(const config::token_auth& settings);

}  // namespace berth::app
