#include "app/application.hpp"

#include "api/access_log.hpp"
#include "app/configured.hpp"
#include "app/listen.hpp"
#include "app/make_controller.hpp"
#include "app/make_manifest_rules.hpp"
#include "app/make_middleware.hpp"
#include "app/make_notifier.hpp"
#include "app/make_server_tls.hpp"
#include "app/make_shared_holdings.hpp"
#include "app/metrics/families.hpp"
#include "app/warm_at_start.hpp"
#include "base/log.hpp"

#include <boost/asio/post.hpp>

namespace berth::app {

namespace {

using std::chrono::steady_clock;

http::session_options session_options_of(const config::configuration& config, const http::server_tls* tls,
                                         http_requests* requests) {
    http::session_options options;
    options.tls = tls;
    options.max_sessions = config.http.max_connections;
    options.keep_alive_timeout = std::chrono::duration_cast<steady_clock::duration>(config.http.idle_timeout);
    options.header_timeout = std::chrono::duration_cast<steady_clock::duration>(config.http.header_timeout);
    options.extra_headers = configured_headers(config.http.headers);
    options.on_exchange = [requests](const http::exchange_record& record) {
        if (requests) requests->add(record);
        if (log::access_log_is_on()) log::access(api::combined_log_line(record, std::chrono::system_clock::now()));
    };
    return options;
}

// Only where somebody asks for metrics.
made_driver timed(made_driver made, const config::debug_settings& settings, storage::action_times& times) {
    if (settings.prometheus_enabled)
        made.driver = std::make_unique<storage::timed_driver>(std::move(made.driver), times);
    return made;
}

health::options health_options_of(const config::health_settings& settings) {
    return {settings.enabled, std::chrono::duration_cast<steady_clock::duration>(settings.interval),
            static_cast<int>(settings.threshold)};
}

cache::node_memory::options memory_options_of(const config::configuration& config) {
    const config::cache_settings& settings = config.storage.cache;
    return {.held = {.max_entries = settings.entries,
                     .lifetime = std::chrono::duration_cast<steady_clock::duration>(settings.lifetime)},
            .max_manifest_bytes = settings.manifest_bytes,
            .manifests_vouch = !config.validation.sparse_enabled};
}

// A node whose disk is broken serves without it.
std::unique_ptr<cache::disk_cache> make_disk_cache(const config::disk_cache_settings& settings) {
    if (settings.root_directory.empty()) return nullptr;
    try {
        return std::make_unique<cache::disk_cache>(
            cache::disk_cache::options{settings.root_directory, settings.max_bytes});
    } catch (const std::runtime_error& error) {
        log::error("serving without the disk cache", {{"because", error.what()}});
        return nullptr;
    }
}

// Without it a node serves what it can ask for.
std::unique_ptr<cache::last_answers> make_last_answers(const config::disk_cache_settings& settings) {
    const auto lifetime = std::chrono::ceil<std::chrono::seconds>(settings.stale_if_error);
    if (lifetime.count() == 0) return nullptr;
    const std::string file = settings.root_directory + "/answers.sqlite";
    const auto open = [&] {
        return std::make_unique<cache::last_answers>(cache::last_answers::options{.file = file, .lifetime = lifetime});
    };
    try {
        return cache::open_or_begin_anew(file, open);
    } catch (const std::runtime_error& error) {
        log::error("nothing is kept of what the storage says for the time when it is away",
                   {{"because", error.what()}});
        return nullptr;
    }
}

// Blobs that clients are redirected for do not come through this node.
std::unique_ptr<registry::prefetcher> make_prefetcher(const config::storage_settings& settings,
                                                      registry::blob_store& blobs, cache::disk_cache* disk) {
    if (!disk || !settings.cache.blob.prefetch || !settings.redirect_disabled) return nullptr;
    return std::make_unique<registry::prefetcher>(blobs, *disk, registry::prefetcher::options{});
}

std::unique_ptr<registry::upload_purger> make_upload_purger(const config::storage_settings& settings,
                                                            storage::driver& driver, registry::upload_store& uploads) {
    const config::upload_purging_settings& purging = settings.upload_purging;
    if (!purging.enabled || settings.read_only) return nullptr;
    const registry::upload_purger::options options{purging.age, purging.interval, purging.dry_run};
    return std::make_unique<registry::upload_purger>(driver, uploads, options);
}

std::unique_ptr<registry::scheduled_collector> make_collector(const config::storage_settings& settings,
                                                              storage::driver& driver) {
    const config::collection_settings& collection = settings.collection;
    if (!collection.enabled || settings.read_only) return nullptr;
    const auto seconds = [](std::chrono::nanoseconds time) { return std::chrono::ceil<std::chrono::seconds>(time); };
    return std::make_unique<registry::scheduled_collector>(
        driver, registry::scheduled_collector::options{.interval = collection.interval,
                                                       .delete_untagged = collection.delete_untagged,
                                                       .dry_run = collection.dry_run,
                                                       .grace = seconds(collection.grace),
                                                       .quarantine = seconds(collection.quarantine),
                                                       .trash_retention = seconds(collection.trash_retention)});
}

// Whoever must say who he is, or finds out by its certificate whom he talks to, is no victim of a name that points
// here.
std::optional<api::known_hosts> known_hosts_of(const config::configuration& config) {
    const config::http_settings& http = config.http;
    const bool lets_all_in =
        config.auth.kind == config::auth_kind::none || config.auth.kind == config::auth_kind::silly;
    const bool is_open = !http.on_unix_socket && http.tls.certificate.empty() && lets_all_in;
    if (!is_open || !api::is_loopback(http.addr)) return std::nullopt;
    std::vector<std::string> names = http.allowed_hosts;
    if (const auto at = http.host.find("://"); at != std::string::npos)
        names.push_back(http.host.substr(at + 3, http.host.find('/', at + 3) - (at + 3)));
    return api::known_hosts{std::move(names)};
}

std::string without_trailing_slash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

}  // namespace

application::application(const config::configuration& config)
    : config_{config},
      warm_images_{warm_images_of(config_.storage.cache.blob.warm)},
      storage_{timed(with_middleware(make_driver(config_.storage, &s3_traffic_), config_), config_.http.debug,
                     action_times_)},
      driver_{*storage_.driver},
      memory_{memory_options_of(config_)},
      disk_{make_disk_cache(config_.storage.cache.blob)},
      blobs_{driver_, &memory_, disk_.get()},
      uploads_{driver_, blobs_, {}},
      tags_{driver_, &memory_, static_cast<std::size_t>(config_.storage.tag_reads_at_once)},
      referrers_{driver_, &memory_},
      manifests_{driver_,
                 blobs_,
                 tags_,
                 referrers_,
                 {.check_references = !config_.validation.sparse_enabled,
                  .memory = &memory_,
                  .rules = make_manifest_rules(config_)}},
      catalog_{driver_, &memory_},
      purger_{make_upload_purger(config_.storage, driver_, uploads_)},
      collector_{make_collector(config_.storage, driver_)},
      warmer_{disk_ ? std::make_unique<registry::image_warmer>(registry::warm_job::stores{blobs_, manifests_, *disk_})
                    : nullptr},
      ahead_{make_prefetcher(config_.storage, blobs_, disk_.get())},
      health_{driver_, health_options_of(config_.health)},
      checks_{make_node_checks(config_.health)},
      notifier_{make_notifier(config_, runtime_)},
      requests_{config_.http.debug.prometheus_enabled ? std::make_unique<http_requests>() : nullptr},
      controller_{make_controller(config_.auth)},
      service_{{blobs_, uploads_, manifests_, referrers_, tags_, catalog_, warmer_.get(), ahead_.get()},
               {.granted = {.writes = !config_.storage.read_only, .deletes = config_.storage.delete_enabled},
                .hosts = known_hosts_of(config_),
                .controller = controller_.get(),
                .redirect_blobs = !config_.storage.redirect_disabled,
                .external_url = without_trailing_slash(config_.http.host),
                .prefix = without_trailing_slash(config_.http.prefix),
                .relative_urls = config_.http.relative_urls,
                .is_healthy = [this] { return health_.is_healthy(); },
                .reads_without_store = disk_ != nullptr,
                .is_taken_out = [this] { return !checks_.is_healthy(); },
                .max_catalog_entries = static_cast<std::size_t>(config_.lists.catalog_max_entries),
                .max_tags_entries = static_cast<std::size_t>(config_.lists.tags_max_entries),
                .on_route = on_route(),
                .events = notifier_.get()}},
      tls_{make_server_tls(config_.http.tls)},
      server_{runtime_, session_options_of(config_, tls_.get(), requests_.get()),
              [this](http::request& request) { return service_.handle(request); }},
      debug_{debug_options()},
      debug_server_{runtime_, {}, [this](http::request& request) { return debug_.handle(request); }},
      control_{runtime_.next_executor()},
      signals_{control_, SIGINT, SIGTERM},
      hangups_{control_, SIGHUP},
      stop_requested_{control_, steady_clock::time_point::max()} {
    memory_.shared = make_shared_holdings(config_, runtime_);
    if (disk_) memory_.last = make_last_answers(config_.storage.cache.blob);
    if (tls_) on_hangup([this] { read_files_again(*tls_); });
    if (controller_) on_hangup([this] { controller_->reread(); });
}

application::~application() = default;

std::function<void(http::request&, api::resource)> application::on_route() {
    if (!requests_) return {};
    return [this](http::request& request, api::resource what) { requests_->begin(request, what); };
}

debug_service::options application::debug_options() {
    const config::debug_settings& settings = config_.http.debug;
    return {.metrics_path = settings.prometheus_enabled ? settings.prometheus_path : "",
            .failing = [this] { return failing_checks(); },
            .health = [this] { return report(); },
            .metrics = [this] { return metrics(); }};
}

std::vector<std::pair<std::string, std::string>> application::failing_checks() const {
    auto failing = checks_.problems();
    const health_report storage = storage_report();
    if (config_.health.enabled && storage.is == health_report::state::unavailable)
        failing.emplace_back("storagedriver_" + std::string{driver_.name()}, storage.why);
    return failing;
}

health_report application::report() const {
    if (const auto failing = checks_.problems(); !failing.empty())
        return {health_report::state::unavailable,
                "the health check " + failing.front().first + " fails: " + failing.front().second};
    return storage_report();
}

health_report application::storage_report() const {
    using enum health_report::state;
    const auto trouble = storage_.watch ? storage_.watch->trouble() : std::nullopt;
    if (health_.is_healthy() && !trouble) return {};
    const std::string why = trouble ? "the storage is " + *trouble : "the storage fails its health check";
    return {disk_ ? degraded : unavailable, why};
}

std::string application::metrics() {
    exposition all;
    if (requests_) requests_->write(all);
    write_blob_traffic(all, blobs_.traffic());
    if (disk_) write_disk_cache(all, *disk_);
    if (config_.storage.driver == config::storage_driver::s3) write_s3_traffic(all, s3_traffic_);
    if (storage_.credentials) write_s3_credentials(all, *storage_.credentials);
    write_action_times(all, driver_.name(), action_times_);
    write_holdings(all, memory_.held, memory_.shared.get());
    if (purger_) write_upload_purges(all, purger_->counted());
    if (collector_) write_collections(all, collector_->counted());
    if (storage_.watch) write_store_watch(all, *storage_.watch);
    if (notifier_) write_notifications(all, *notifier_);
    write_process(all);
    return all.text();
}

std::optional<asio::ip::tcp::endpoint> application::listen() {
    if (!config_.http.debug.addr.empty()) {
        debug_endpoint_ = listen_for_debugging(debug_server_, config_.http.debug);
        log::info(
            "metrics and health have an address of their own",
            {{"host", debug_endpoint_->address().to_string()}, {"port", std::to_string(debug_endpoint_->port())}});
    }
    return app::listen(server_, config_.http);
}

bool application::run() {
    server_.start();
    if (debug_endpoint_) debug_server_.start();
    if (notifier_) notifier_->start();
    background_.spawn(runtime_.next_executor(), health_.run());
    for (std::size_t i = 0; i < checks_.size(); ++i) background_.spawn(runtime_.next_executor(), checks_.run(i));
    background_.spawn(runtime_.next_executor(), uploads_.run_expiry());
    background_.spawn(control_, wait_for_hangups());
    if (purger_) background_.spawn(runtime_.next_executor(), purger_->run());
    if (collector_) collecting_.spawn(runtime_.next_executor(), collector_->run());
    if (tls_) background_.spawn(runtime_.next_executor(), follow_files(*tls_));
    if (storage_.watch) background_.spawn(runtime_.next_executor(), storage_.watch->run());
    if (disk_) background_.spawn(runtime_.next_executor(), disk_->tidy());
    if (memory_.shared) background_.spawn(memory_.shared->executor(), memory_.shared->run());
    if (memory_.last) background_.spawn(runtime_.next_executor(), memory_.last->run());
    const auto jitter = std::chrono::duration_cast<steady_clock::duration>(config_.storage.cache.blob.warm_jitter);
    if (warmer_) background_.spawn(runtime_.next_executor(), warm_at_start(*warmer_, warm_images_, jitter));
    asio::co_spawn(control_, wait_for_signal(), [this](std::exception_ptr) {
        asio::co_spawn(control_, shut_down(), [this](std::exception_ptr) { runtime_.stop(); });
    });
    runtime_.run();
    return clean_;
}

void application::stop() {
    asio::post(control_, [this] { stop_requested_.expires_at(steady_clock::time_point::min()); });
}

void application::on_hangup(std::function<void()> callback) {
    on_hangup_.push_back(std::move(callback));
}

void application::hang_up() {
    asio::post(control_, [this] {
        for (const auto& callback : on_hangup_) callback();
    });
}

awaitable<void> application::wait_for_hangups() {
    for (;;) {
        co_await hangups_.async_wait(asio::use_awaitable);
        hang_up();
    }
}

awaitable<void> application::wait_for_signal() {
    signals_.async_wait([this](error_code error, int) {
        if (!error) stop();
    });
    co_await stop_requested_.async_wait(as_tuple);
    signals_.clear();  // a second Ctrl-C ends the process at once
    log::info("stopping");
}

awaitable<void> application::shut_down() {
    const auto grace = std::chrono::duration_cast<steady_clock::duration>(config_.http.drain_timeout);
    const bool sessions_ended = co_await server_.stop(grace);
    const bool debug_ended = co_await debug_server_.stop(steady_clock::duration::zero());
    background_.cancel();
    collecting_.cancel();
    const bool collector_ended = co_await collecting_.wait(std::chrono::seconds{5});  // its marks are taken back
    const bool notifier_ended = !notifier_ || co_await notifier_->stop(std::chrono::seconds{2});
    const bool warming_ended = !warmer_ || co_await warmer_->stop();
    if (memory_.last) co_await memory_.last->flush();
    const bool ahead_ended = !ahead_ || co_await ahead_->stop();
    const bool disk_ended = !disk_ || co_await disk_->stop();
    const bool driver_ended = co_await driver_.stop();
    const bool background_ended = co_await background_.wait(std::chrono::seconds{1});
    clean_ = sessions_ended && debug_ended && warming_ended && ahead_ended && notifier_ended && disk_ended &&
             driver_ended && background_ended && collector_ended;
}

}  // namespace berth::app
