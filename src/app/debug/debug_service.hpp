#pragma once

#include "app/health_report.hpp"
#include "http/message.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace berth::app {

/// What the second address (`http.debug.addr`) answers: registry:2's /metrics and /debug/health, and /debug/live and
/// /debug/ready, which ask whether the process is to be restarted, and whether it is to be asked at all. It asks the
/// store nothing. Thread-safe.
class debug_service {
public:
    struct options {
        std::string metrics_path;  ///< Empty: there are none.
        /// What /debug/health says is wrong, by check: {"storagedriver_s3", "..."}. Empty: all is well.
        std::function<std::vector<std::pair<std::string, std::string>>()> failing;
        std::function<health_report()> health;
        std::function<std::string()> metrics;
    };
    explicit debug_service(options options) : options_{std::move(options)} {}

    awaitable<http::response> handle(http::request& request) const;

private:
    http::response health() const;
    http::response ready() const;

    const options options_;
};

}  // namespace berth::app
