#pragma once

#include "api/service.hpp"
#include "app/debug/debug_service.hpp"
#include "app/health.hpp"
#include "app/make_driver.hpp"
#include "app/metrics/http_requests.hpp"
#include "app/node_checks.hpp"
#include "app/startup_error.hpp"
#include "async/io_runtime.hpp"
#include "async/task_group.hpp"
#include "config/configuration.hpp"
#include "http/server.hpp"
#include "http/server_tls.hpp"
#include "registry/scheduled_collector.hpp"
#include "registry/upload_purger.hpp"
#include "storage/timed_driver.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace berth::app {

/// The whole registry: builds every service from a configuration, runs, and stops.
///
/// Lifetime: the members stand in the order of their dependencies; each refers only to those above it.
class application {
public:
    /// Throws startup_error. Asks the storage nothing: a store that is away is no reason not to start.
    explicit application(const config::configuration& config);
    ~application();

    /// Binds the addresses of the configuration and returns the real one of the registry; nothing for a unix socket,
    /// whose path is `http.addr`. Throws startup_error.
    std::optional<asio::ip::tcp::endpoint> listen();
    /// The real one of `http.debug.addr`, once it is bound; nothing where there is none.
    std::optional<asio::ip::tcp::endpoint> debug_endpoint() const { return debug_endpoint_; }

    /// Serves until SIGINT, SIGTERM or stop(). True when everything has ended in order; false when something had to be
    /// left behind: then the process should end without destroying this object.
    bool run();

    /// Ends run. Thread-safe.
    void stop();

    /// Has `callback` called at each SIGHUP, after those that were given before it; by one thread, which it should not
    /// keep for long. It must not throw. To be called before run.
    void on_hangup(std::function<void()> callback);
    /// As SIGHUP does. Thread-safe.
    void hang_up();

private:
    std::function<void(http::request&, api::resource)> on_route();
    debug_service::options debug_options();
    health_report report() const;
    health_report storage_report() const;
    std::vector<std::pair<std::string, std::string>> failing_checks() const;
    std::string metrics();
    awaitable<void> wait_for_signal();
    awaitable<void> wait_for_hangups();
    awaitable<void> shut_down();

    const config::configuration config_;
    const std::vector<oci::image_reference> warm_images_;
    async::io_runtime runtime_;
    s3::traffic s3_traffic_;
    storage::action_times action_times_;
    made_driver storage_;
    storage::driver& driver_;
    cache::node_memory memory_;
    std::unique_ptr<cache::disk_cache> disk_;  // null: off
    registry::blob_store blobs_;
    registry::upload_store uploads_;
    registry::tag_store tags_;
    registry::referrer_store referrers_;
    registry::manifest_store manifests_;
    registry::catalog catalog_;
    std::unique_ptr<registry::upload_purger> purger_;           // null: off
    std::unique_ptr<registry::scheduled_collector> collector_;  // null: off
    std::unique_ptr<registry::image_warmer> warmer_;            // null without the disk cache
    std::unique_ptr<registry::prefetcher> ahead_;               // null: off
    health health_;
    node_checks checks_;
    std::unique_ptr<notify::notifier> notifier_;    // null: nobody wants to know
    std::unique_ptr<http_requests> requests_;       // null: nobody asks for metrics
    std::unique_ptr<auth::controller> controller_;  // null: everybody is let in
    api::service service_;
    std::unique_ptr<http::server_tls> tls_;  // null: plain HTTP
    http::server server_;
    debug_service debug_;
    http::server debug_server_;
    std::optional<asio::ip::tcp::endpoint> debug_endpoint_;
    async::task_group background_;
    async::task_group collecting_;
    asio::any_io_executor control_;  // where starting and stopping run
    asio::signal_set signals_;       // from the start, so that no signal after "listening on" is missed
    asio::signal_set hangups_;       // to the end, as SIGHUP would otherwise end a process that is stopping
    std::vector<std::function<void()>> on_hangup_;
    asio::steady_timer stop_requested_;  // expires when somebody wants us to stop; touched on control_ only
    bool clean_ = false;
};

}  // namespace berth::app
