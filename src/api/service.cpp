#include "api/service.hpp"

#include "api/reply.hpp"
#include "base/log.hpp"

#include <stdexcept>

namespace berth::api {

using http::field;
using http::status;
using http::verb;
using oci::errc;

namespace {

// The one place where a failure that no handler expected becomes an answer.
http::response answer_failure(const http::request& request, std::exception_ptr failure) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    try {
        std::rethrow_exception(failure);
    } catch (const storage::error& error) {
        log::error("the storage failed", {{"error", error.what()}, {"method", request.method_name}, {"path", path}});
        return reply::error({errc::unavailable, "the storage behind this registry does not answer; try again", {}});
    } catch (const http::body_error& error) {
        log::info("a request broke off", {{"error", error.what()}, {"method", request.method_name}, {"path", path}});
        return reply::error({errc::blob_upload_invalid, "the request's body did not arrive whole", {}});
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;  // the server is stopping
        log::error("a request failed", {{"error", error.what()}, {"method", request.method_name}, {"path", path}});
    } catch (const std::exception& error) {
        log::error("a request failed", {{"error", error.what()}, {"method", request.method_name}, {"path", path}});
    }
    return reply::error({errc::unknown, {}, {}}, status::internal_server_error);
}

http::response moved_to_base() {
    http::response moved = reply::empty(status::moved_permanently);
    moved.headers.set(field::location, "/v2/");
    return moved;
}

}  // namespace

awaitable<http::response> service::handle(http::request& request) {
    http::response answer;
    std::exception_ptr failure;
    const auto where = parse_target(request.target);
    if (!where) {
        answer = reply::error({errc::name_invalid, "the request's target is no path", {}}, status::bad_request);
    } else if (options_.is_healthy && !options_.is_healthy()) {
        answer = reply::error({errc::unavailable, "the storage behind this registry fails its health check", {}});
    } else {
        try {
            answer = co_await dispatch(request, *where);
        } catch (...) {
            failure = std::current_exception();
        }
    }
    if (failure) answer = answer_failure(request, failure);
    answer.headers.set("Docker-Distribution-Api-Version", "registry/2.0");
    co_return answer;
}

awaitable<http::response> service::dispatch(http::request& request, const route& where) {
    if (auto refused = refuse(request, where, options_.granted)) co_return std::move(*refused);
    switch (where.what) {
        case resource::root:
            co_return reply::empty(status::ok);
        case resource::bare:
            co_return moved_to_base();
        case resource::base:
            co_return base();
        case resource::catalog:
            co_return co_await catalog(request, where);
        case resource::none:
            co_return reply::error({errc::unsupported, "no such resource", {}}, status::not_found);
        default:
            break;
    }
    const auto name = oci::repository_name::parse(where.name);
    if (!name) co_return reply::error({errc::name_invalid, {}, {}});
    co_return co_await serve(request, *name, where);
}

http::response service::base() const {
    http::response answer = reply::json(status::ok, "{}");
    if (!options_.granted.writes) reply::warn(answer, "this registry is read-only");
    return answer;
}

awaitable<http::response> service::serve(http::request& request, const oci::repository_name& name, const route& where) {
    switch (where.what) {
        case resource::tags:
            co_return co_await tags(request, name, where);
        case resource::manifest:
            co_return co_await manifest(request, name, where);
        case resource::blob:
            co_return co_await blob(request, name, where);
        case resource::uploads:
            co_return co_await uploads(request, name, where);
        default:
            co_return co_await upload(request, name, where);
    }
}

std::string service::url_for(const http::request& request, const std::string& path) const {
    if (!options_.external_url.empty()) return options_.external_url + path;
    const auto forwarded = [&](std::string_view name) {
        const std::string_view value = request.headers[name];
        return value.substr(0, value.find(','));  // the first proxy on the way is the one the client spoke to
    };
    std::string_view host = forwarded("X-Forwarded-Host");
    if (host.empty()) host = request.headers[field::host];
    if (host.empty() || options_.relative_urls) return path;
    const std::string_view scheme = forwarded("X-Forwarded-Proto");
    return std::string{scheme.empty() ? "http" : scheme} + "://" + std::string{host} + path;
}

}  // namespace berth::api
