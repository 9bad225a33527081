#include "app/startup_check.hpp"

#include "app/make_controller.hpp"
#include "app/make_middleware.hpp"
#include "app/make_notifier.hpp"
#include "app/make_server_tls.hpp"
#include "app/make_shared_holdings.hpp"
#include "app/node_checks.hpp"
#include "app/startup_error.hpp"
#include "app/warm_at_start.hpp"

namespace berth::app {

std::vector<startup_problem> startup_problems(const config::configuration& config) {
    std::vector<startup_problem> problems;
    const auto attempt = [&](bool depends_on_machine, const auto& make) {
        try {
            make();
        } catch (const startup_error& error) {
            problems.push_back({error.what(), depends_on_machine});
        }
    };
    attempt(false, [&] { warm_images_of(config.storage.cache.blob.warm); });
    attempt(false, [&] { make_node_checks(config.health); });
    attempt(false, [&] {
        async::io_runtime unused{1};
        make_notifier(config, unused);
    });
    attempt(true, [&] { make_server_tls(config.http.tls); });
    attempt(true, [&] { make_controller(config.auth); });
    attempt(true, [&] {
        async::io_runtime unused{1};
        make_shared_holdings(config, unused);
    });
    attempt(true, [&] { with_middleware(make_driver(config.storage), config); });
    return problems;
}

}  // namespace berth::app
