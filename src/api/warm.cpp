// /berth/warm/<image> and /berth/pins: this node's own, no part of the distribution API
#include "api/reply.hpp"
#include "api/service.hpp"
#include "base/duration.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>

namespace berth::api {

namespace json = boost::json;
using http::status;
using registry::warm_job;
using std::chrono::steady_clock;

namespace {

constexpr steady_clock::duration longest_wait = std::chrono::hours{1};

// What is said when something is wrong, in the shape of the distribution API's errors.
struct refusal {
    status code;
    std::string_view name;
    std::string what;
    std::string where;
    std::string_view advice;
};

json::array to_errors(const refusal& why) {
    json::object detail{{"where", why.where}, {"advice", why.advice}};
    json::array errors;
    errors.push_back(json::object{{"code", why.name}, {"message", why.what}, {"detail", std::move(detail)}});
    return errors;
}

http::response answer_with(status code, const json::object& body) {
    http::response answer = reply::of_the_moment(code, body);
    if (code == status::service_unavailable) answer.headers.set(http::field::retry_after, "5");
    return answer;
}

http::response refuse_with(const refusal& why) {
    return answer_with(why.code, {{"errors", to_errors(why)}});
}

refusal bad_request(std::string what, std::string where, std::string_view advice) {
    return {status::bad_request, "REQUEST_INVALID", std::move(what), std::move(where), advice};
}

http::response cache_is_off(std::string where) {
    return refuse_with({status::conflict, "CACHE_OFF", "this node keeps no images on its disk", std::move(where),
                        "set storage.cache.blob.rootdirectory and maxsize, and see the log of its start"});
}

refusal to_refusal(const warm_job::failure& why) {
    using enum warm_job::trouble;
    switch (why.is) {
        case no_such_image:
            return {status::not_found, "IMAGE_UNKNOWN", why.what, why.where,
                    "push it, or check its name, tag and platform"};
        case store_away:
            return {status::service_unavailable, "STORE_AWAY", why.what, why.where,
                    "try again when the storage answers"};
        case does_not_fit:
            return {status::insufficient_storage, "DOES_NOT_FIT", why.what, why.where,
                    "raise storage.cache.blob.maxsize, or unpin an image of GET /berth/pins"};
        default:
            return {status::service_unavailable, "BROKEN_OFF", why.what, why.where, "try again; the log may say more"};
    }
}

std::string_view name_of(warm_job::state state) {
    using enum warm_job::state;
    switch (state) {
        case resolving:
            return "resolving";
        case bringing:
            return "warming";
        case warm:
            return "warm";
        default:
            return "failed";
    }
}

json::object to_json(const warm_job::layer& layer) {
    return {{"digest", layer.digest.str()},
            {"media_type", layer.media_type},
            {"bytes", layer.size_bytes},
            {"bytes_here", layer.bytes_here},
            {"state", layer.is_here        ? "here"
                      : layer.did_not_come ? "failed"
                                           : "coming"},
            {"was_here", layer.was_here}};
}

http::response to_answer(const warm_job::target& of, const warm_job::status& now) {
    const auto& [image, platform] = of;
    std::uint64_t bytes = 0, bytes_here = 0;
    json::array layers;
    for (const warm_job::layer& layer : now.layers) {
        bytes += layer.size_bytes;
        bytes_here += layer.bytes_here;
        layers.push_back(to_json(layer));
    }
    json::object body{{"image", image.str()},
                      {"platform", platform ? platform->str() : "all"},
                      {"state", name_of(now.is)},
                      {"pinned", now.pinned},
                      {"bytes", bytes},
                      {"bytes_here", bytes_here},
                      {"layers", std::move(layers)}};
    if (!now.why) return answer_with(now.is == warm_job::state::warm ? status::ok : status::accepted, body);
    const refusal why = to_refusal(*now.why);
    body["errors"] = to_errors(why);
    return answer_with(why.code, body);
}

struct warm_parameters {
    std::optional<oci::platform> platform;
    bool pin = false;
    steady_clock::duration wait{};
};

result<warm_parameters, refusal> read_parameters(const route& where) {
    warm_parameters read{oci::platform::of_this_machine()};
    if (const auto text = where.parameter("platform"); text == "all") {
        read.platform.reset();
    } else if (text) {
        const auto parsed = oci::platform::parse(*text);
        if (!parsed) return bad_request("\"" + *text + "\" is no platform", "platform", "write linux/amd64, or all");
        read.platform = *parsed;
    }
    if (const auto text = where.parameter("pin")) {
        if (*text != "0" && *text != "1") return bad_request("neither 0 nor 1", "pin", "write pin=1");
        read.pin = *text == "1";
    }
    if (const auto text = where.parameter("wait")) {
        const auto parsed = parse_duration(*text);
        if (!parsed || parsed->count() < 0) return bad_request("no duration", "wait", "write one such as 30s");
        read.wait = std::min<steady_clock::duration>(*parsed, longest_wait);
    }
    return read;
}

http::response no_image(std::string_view text) {
    return refuse_with(
        bad_request("this is no image", std::string{text}, "write NAME:TAG or NAME@DIGEST, without a registry's host"));
}

}  // namespace

awaitable<http::response> service::warm(http::request& request, const route& where) {
    if (!stores_.warmer) co_return cache_is_off(std::string{where.name});
    const auto image = oci::image_reference::parse(where.name);
    if (!image) co_return no_image(where.name);
    const auto how = read_parameters(where);
    if (!how) co_return refuse_with(how.error());

    const warm_job::target target{*image, how->platform};
    const auto executor = co_await asio::this_coro::executor;
    std::shared_ptr<warm_job> job;
    if (request.method == http::verb::put) {
        job = stores_.warmer->start(target, how->pin, executor);
        co_await job->wait_for(warm_job::milestone::resolved, steady_clock::time_point::max());
    } else {
        job = stores_.warmer->find(target);
    }
    if (!job)
        co_return refuse_with({status::not_found, "NOT_ASKED_FOR",
                               "nobody has asked for this image to be warmed lately", target.str(),
                               "ask for it with PUT"});
    co_await job->wait_for(warm_job::milestone::ended, steady_clock::now() + how->wait);
    const auto now = co_await job->now();
    co_return to_answer(job->of(), now);
}

awaitable<http::response> service::pins() {
    if (!stores_.warmer) co_return cache_is_off("/berth/pins");
    json::array all;
    const auto pinned = co_await stores_.warmer->pins();
    for (const auto& [image, blobs] : pinned)
        all.push_back(json::object{{"image", image}, {"blobs", blobs.entries}, {"bytes", blobs.size_bytes}});
    co_return answer_with(status::ok, {{"pins", std::move(all)}});
}

awaitable<http::response> service::unpin(const route& where) {
    if (!stores_.warmer) co_return cache_is_off(std::string{where.name});
    const auto image = oci::image_reference::parse(where.name);
    if (!image) co_return no_image(where.name);
    const bool was_pinned = co_await stores_.warmer->unpin(*image);
    if (was_pinned) co_return reply::empty(status::no_content);
    co_return refuse_with({status::not_found, "NOT_PINNED", "this image is not pinned", image->str(),
                           "GET /berth/pins lists those that are"});
}

}  // namespace berth::api
