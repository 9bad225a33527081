#include "api/service.hpp"

#include "api/origin.hpp"
#include "api/reply.hpp"
#include "api/wanted_access.hpp"
#include "async/cancellation.hpp"
#include "base/log.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace berth::api {

using http::field;
using http::status;
using http::verb;
using oci::errc;

namespace {

// The one place where a failure that no handler expected becomes an answer.
http::response answer_failure(const http::request& request, resource what, std::exception_ptr failure) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    const auto say = [&](log::level level, std::string_view text, const char* why) {
        const log::field error{"error", why}, method{"method", request.method_name}, at{"path", path};
        if (request.user.empty()) return log::write(level, text, {error, method, at});
        log::write(level, text, {error, method, at, {"user", request.user}});
    };
    try {
        std::rethrow_exception(failure);
    } catch (const storage::denied& error) {
        say(log::level::error, "the storage denies a write", error.what());
        return reply::error({errc::denied, "the storage lets this node read only", {}});
    } catch (const storage::error& error) {
        say(log::level::error, "the storage failed", error.what());
        return reply::error({errc::unavailable, "the storage behind this registry does not answer; try again", {}});
    } catch (const auth::overloaded& error) {
        return reply::error({errc::unavailable, error.what(), {}});
    } catch (const http::body_error& error) {
        say(log::level::info, "a request broke off", error.what());
        const errc code = what == resource::manifest ? errc::manifest_invalid : errc::blob_upload_invalid;
        return reply::error({code, "the request's body did not arrive whole", {}}, status::bad_request);
    } catch (const std::exception& error) {
        if (async::is_cancellation(error)) throw;  // the server is stopping
        say(log::level::error, "a request failed", error.what());
    }
    return reply::error({errc::unknown, {}, {}}, status::internal_server_error);
}

// 401 as registry:2 writes it: what was wanted is its detail.
http::response unauthorized(const auth::challenge& challenge, std::span<const auth::access> wanted) {
    boost::json::value detail;
    if (!wanted.empty()) {
        boost::json::array& all = detail.emplace_array();
        for (const auto& [type, name, action] : wanted)
            all.push_back(boost::json::object{{"Type", type}, {"Class", ""}, {"Name", name}, {"Action", action}});
    }
    http::response answer = reply::error({errc::unauthorized, {}, boost::json::serialize(detail)});
    answer.headers.set(field::www_authenticate, challenge.www_authenticate);
    return answer;
}

}  // namespace

awaitable<http::response> service::handle(http::request& request) {
    http::response answer;
    std::exception_ptr failure;
    const auto where = parse_target(request.target, options_.prefix);
    if (where && options_.on_route) options_.on_route(request, where->what);
    if (options_.hosts && !options_.hosts->has(request.headers[field::host])) {
        answer =
            reply::error({errc::denied,
                          "this registry is not called by the name in Host; say http.host or http.allowedhosts in its "
                          "file if it is to be",
                          {}},
                         status::misdirected_request);
    } else if (request.target == "*" && request.method == verb::options) {
        answer = reply::empty(status::ok);  // of the server as a whole (RFC 9110, 9.3.7)
    } else if (!where) {
        answer = reply::error({errc::name_invalid, "the request's target is no path", {}}, status::bad_request);
    } else if (options_.is_taken_out && options_.is_taken_out() && !is_of_the_node(where->what)) {
        answer =
            reply::error({errc::unavailable, "this registry fails a health check of its own; see /debug/health", {}});
    } else if (is_refused_as_unhealthy(request, where->what)) {
        answer = reply::error({errc::unavailable, "the storage behind this registry fails its health check", {}});
    } else {
        try {
            answer = co_await dispatch(request, *where);
        } catch (...) {
            failure = std::current_exception();
        }
    }
    if (failure) answer = answer_failure(request, where->what, failure);
    answer.headers.set("Docker-Distribution-Api-Version", "registry/2.0");
    co_return answer;
}

bool service::is_refused_as_unhealthy(const http::request& request, resource what) const {
    if (is_of_the_node(what)) return false;
    const bool only_reads = request.method == verb::get || request.method == verb::head;
    if (only_reads && options_.reads_without_store) return false;
    return options_.is_healthy && !options_.is_healthy();
}

awaitable<http::response> service::dispatch(http::request& request, const route& where) {
    // A browser asks so without credentials before it asks with them, and is told nothing but methods.
    if (request.method == verb::options) co_return options_answer(where, options_.granted);
    if (auto stranger = co_await refuse_stranger(request, where)) co_return std::move(*stranger);
    if (auto refused = refuse(request, where, options_.granted)) co_return std::move(*refused);
    switch (where.what) {
        case resource::root:
            co_return reply::empty(status::ok);
        case resource::bare:
            co_return moved_to_base(request);
        case resource::base:
            co_return base();
        case resource::catalog:
            co_return co_await catalog(request, where);
        case resource::warm:
            co_return co_await warm(request, where);
        case resource::pins:
            co_return co_await pins();
        case resource::pin:
            co_return co_await unpin(where);
        case resource::none:
            co_return reply::error({errc::unsupported, "no such resource", {}}, status::not_found);
        default:
            break;
    }
    const auto name = oci::repository_name::parse(where.name);
    if (!name) co_return reply::error({errc::name_invalid, {}, {}});
    const auto scoped = co_await in_namespace(request, *name, where);
    if (!scoped) co_return co_await serve(request, *name, where);
    http::response answer = co_await serve(request, *scoped, where);
    answer.headers.set("OCI-Namespace", *where.parameter("ns"));
    co_return answer;
}

awaitable<auth::verdict> service::ask_controller(const http::request& request,
                                                 std::span<const auth::access> wanted) const {
    // Where no proxy says how clients come, TLS: they may be sent there with their passwords.
    const std::string origin = client_origin(request.headers, true);
    const auth::controller::question asked{request.headers[field::authorization], wanted, origin};
    auth::verdict given = co_await options_.controller->check(asked);
    co_return given;
}

// Of a repository that the request does not name, but would read from.
awaitable<bool> service::may_pull(const http::request& request, const oci::repository_name& name) const {
    if (!options_.controller) co_return true;
    const auth::access wanted[] = {{"repository", name.str(), "pull"}};
    const auth::verdict given = co_await ask_controller(request, wanted);
    co_return std::holds_alternative<auth::granted>(given);
}

// Before anything is looked up, and before it is said whether it could be done.
awaitable<std::optional<http::response>> service::refuse_stranger(http::request& request, const route& where) const {
    if (!options_.controller || is_for_everybody(where.what)) co_return std::nullopt;
    const std::vector<auth::access> wanted = wanted_access(request.method, where);
    auth::verdict given = co_await ask_controller(request, wanted);
    if (const auto* challenge = std::get_if<auth::challenge>(&given)) co_return unauthorized(*challenge, wanted);
    request.user = std::move(std::get<auth::granted>(given).user);
    co_return std::nullopt;
}

// A client that takes us for a proxy says in `ns` which registry it means (distribution-spec, "Registry Proxying").
// Where a repository holds what comes from there, "docker.io/library/ubuntu" for docker.io, it is the one to read from;
// otherwise, and for who may not read there, the parameter is ignored.
awaitable<std::optional<oci::repository_name>> service::in_namespace(const http::request& request,
                                                                     const oci::repository_name& name,
                                                                     const route& where) {
    const auto source = where.parameter("ns");
    const bool reads = request.method == verb::get || request.method == verb::head;
    if (!source || !reads || where.what == resource::upload) co_return std::nullopt;
    const auto scoped = oci::repository_name::parse(*source + "/" + name.str());
    if (!scoped) co_return std::nullopt;
    const bool permitted = co_await may_pull(request, *scoped);
    if (!permitted) co_return std::nullopt;
    const bool exists = co_await stores_.catalog.has(*scoped);
    if (!exists) co_return std::nullopt;
    co_return *scoped;
}

http::response service::moved_to_base(const http::request& request) const {
    http::response moved = reply::empty(status::moved_permanently);
    const std::size_t query = request.target.find('?');
    moved.headers.set(field::location,
                      options_.prefix + "/v2/" + (query == std::string::npos ? "" : request.target.substr(query)));
    return moved;
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
        case resource::referrers:
            co_return co_await referrers(name, where);
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
    const std::string origin = options_.relative_urls ? "" : client_origin(request.headers, request.over_tls);
    return origin + options_.prefix + path;
}

}  // namespace berth::api
