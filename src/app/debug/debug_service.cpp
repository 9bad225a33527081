#include "app/debug/debug_service.hpp"

#include "api/reply.hpp"

#include <boost/json/value.hpp>

namespace berth::app {

namespace json = boost::json;
namespace reply = api::reply;
using http::status;

awaitable<http::response> debug_service::handle(http::request& request) const {
    const std::string path = request.target.substr(0, request.target.find('?'));
    const bool is_metrics = !options_.metrics_path.empty() && path == options_.metrics_path;
    const bool is_known = is_metrics || path == "/debug/health" || path == "/debug/live" || path == "/debug/ready";
    if (!is_known) co_return reply::error({oci::errc::unsupported, "no such resource", {}}, status::not_found);
    if (request.method != http::verb::get && request.method != http::verb::head) {
        http::response refused =
            reply::error({oci::errc::unsupported, "only GET and HEAD", {}}, status::method_not_allowed);
        refused.headers.set(http::field::allow, "GET, HEAD");
        co_return refused;
    }
    if (path == "/debug/health") co_return health();
    if (path == "/debug/ready") co_return ready();
    if (path == "/debug/live") co_return reply::of_the_moment(status::ok, {{"status", "live"}});
    http::response metrics;
    metrics.headers.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    metrics.body = options_.metrics();
    co_return metrics;
}

http::response debug_service::health() const {
    json::object wrong;
    for (const auto& [check, why] : options_.failing()) wrong[check] = why;
    const status code = wrong.empty() ? status::ok : status::service_unavailable;
    return reply::of_the_moment(code, std::move(wrong));
}

http::response debug_service::ready() const {
    const health_report report = options_.health();
    switch (report.is) {
        case health_report::state::ready:
            return reply::of_the_moment(status::ok, {{"status", "ready"}});
        case health_report::state::degraded:
            return reply::of_the_moment(status::ok, {{"status", "degraded"}, {"why", report.why}});
        case health_report::state::unavailable:
            break;
    }
    return reply::of_the_moment(status::service_unavailable, {{"status", "unavailable"}, {"why", report.why}});
}

}  // namespace berth::app
