#pragma once

#include "config/tls_settings.hpp"
#include "http/server_tls.hpp"

#include <memory>

namespace berth::app {

/// What `http.tls` says. Null: plain HTTP. Throws startup_error where its files cannot be used.
std::unique_ptr<http::server_tls> make_server_tls(const config::tls_settings& settings);

}  // namespace berth::app
