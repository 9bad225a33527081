#include "app/make_notifier.hpp"

#include "app/configured.hpp"
#include "base/random_id.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <algorithm>

namespace berth::app {

namespace {

using std::chrono::duration_cast;
using std::chrono::steady_clock;

notify::endpoint::options options_of(const config::notification_endpoint& settings) {
    const http::service_url url = configured_url("notifications.endpoints: \"" + settings.name + '"', settings.url);
    return {.name = settings.name,
            .server = url.server,
            .target = url.target,
            .headers = configured_headers(settings.headers),
            .timeout = duration_cast<steady_clock::duration>(settings.timeout),
            .threshold = settings.threshold,
            .backoff = duration_cast<steady_clock::duration>(settings.backoff),
            .max_pending = settings.max_pending,
            .ignored_media_types = settings.ignored_media_types,
            .ignored_actions = settings.ignored_actions};
}

}  // namespace

std::unique_ptr<notify::notifier> make_notifier(const config::configuration& config, async::io_runtime& runtime) {
    notify::notifier::options options{.include_references = config.notifications.include_references};
    for (const config::notification_endpoint& one : config.notifications.endpoints)
        if (!one.disabled) options.endpoints.push_back(options_of(one));
    if (options.endpoints.empty()) return nullptr;
    error_code unknown;
    options.from.addr = asio::ip::host_name(unknown) +
                        config.http.addr.substr(std::min(config.http.addr.rfind(':'), config.http.addr.size()));
    options.from.instance_id = random_uuid();
    return std::make_unique<notify::notifier>(std::move(options), [&] { return runtime.next_executor(); });
}

}  // namespace berth::app
