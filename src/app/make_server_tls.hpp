#pragma once

#include "async/asio.hpp"
#include "config/tls_settings.hpp"
#include "http/server_tls.hpp"

#include <chrono>
#include <memory>

namespace berth::app {

/// What `http.tls` says. Null: plain HTTP. Throws startup_error where its files cannot be used.
std::unique_ptr<http::server_tls> make_server_tls(const config::tls_settings& settings);

/// Has the files count as they are now, and says so in the log; also where they are of no use, and those that were read
/// before stay in use.
void read_files_again(http::server_tls& tls);

/// The same for files that have changed, without being told: looks at them each `interval`. Ends by cancellation.
awaitable<void> follow_files(http::server_tls& tls,
                             std::chrono::steady_clock::duration interval = std::chrono::seconds{5});

}  // namespace berth::app
