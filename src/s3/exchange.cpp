#include "s3/exchange.hpp"

#include "base/hash.hpp"
#include "base/log.hpp"
#include "s3/http_date.hpp"
#include "s3/quoted.hpp"
#include "s3/xml.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <charconv>

namespace berth::s3 {

namespace {

http::client make_http_client(const http::origin& server, const options& how) {
    http::client::options wanted;
    wanted.server = server;
    wanted.verify_certificate = how.verify_certificate;
    wanted.traffic = how.traffic;
    return http::client{wanted};
}

std::optional<endpoint> redirect_target(const options& how) {
    if (how.redirect_endpoint.empty()) return std::nullopt;
    location there = how.bucket;
    there.region_endpoint = how.redirect_endpoint;
    return resolve(there);
}

duration retry_after(const http::fields& headers) {
    const auto text = headers[http::field::retry_after];
    unsigned seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::chrono::seconds{seconds};
}

// S3's own window is 15 minutes.
constexpr std::chrono::minutes clearly_skewed{10};

constexpr std::string_view quota_is_spent =
    "; not repeated, because so many requests have failed of late that repeating them would only add to the load";

}  // namespace

target::target(location where, const options& how)
    : bucket{std::move(where)}, at{resolve(bucket)}, http(make_http_client(at.server, how)) {}

struct exchange::outcome {
    std::optional<reply> success;
    int status = 0;  // 0: no answer
    http::fields headers;
    std::string body;
    std::string transport_text;
    bool timed_out = false;
    error_body error;
};

exchange::exchange(options options)
    : options_{std::move(options)},
      redirect_to_{redirect_target(options_)},
      provider_{options_.provider ? options_.provider : std::make_shared<fixed_credentials>(options_.keys)},
      quota_{options_.retry_tokens},
      target_{std::make_shared<target>(options_.bucket, options_)} {}

std::shared_ptr<target> exchange::current() const {
    const std::lock_guard lock{mutex_};
    return target_;
}

http::client_request exchange::signed_request(const request& what, const target& via, const shared_keys& keys) {
    const std::string path =
        via.at.path_prefix + (what.key.empty() && !via.at.path_prefix.empty() ? "" : "/" + encode_path(what.key));
    const std::string method{to_string(what.method)};
    // TLS protects the body on its way; over plain http the signature does, unless the body is a large one.
    const bool unsigned_body = via.at.server.tls || what.unsigned_body;
    const std::string payload = unsigned_body ? std::string{unsigned_payload} : sha256_hex(what.body);

    name_values headers = what.headers;
    headers.emplace_back("host", via.at.host);
    const wall_time time = now();
    const sha256_bytes key = signing_keys_.get(keys, via.bucket.region, time);
    sign(method, path, what.query, payload, signing{keys->keys, via.bucket.region, time, &key}, headers);

    http::client_request out;
    out.method = what.method;
    out.target = path;
    if (!what.query.empty()) out.target += '?' + canonical_query(what.query);
    for (const auto& [name, value] : headers) out.headers.set(name, value);
    out.headers.set(http::field::user_agent, options_.user_agent);
    out.body = what.body;
    out.idle_timeout = what.retry.idle_timeout;
    return out;
}

http::client_request exchange::presigned_request(const request& what, const target& via,
                                                 const shared_keys& keys) const {
    const std::string path = via.at.path_prefix + '/' + encode_path(what.key);
    const auto& [from, lifetime] = *what.only;
    const sha256_bytes key = signing_keys_.get(keys, via.bucket.region, from);
    const signing with{keys->keys, via.bucket.region, from, &key};
    http::client_request out;
    out.method = what.method;
    out.target = path + '?' + presigned_query(to_string(what.method), via.at.host, path, lifetime, with);
    out.headers.set(http::field::host, via.at.host);
    out.headers.set(http::field::user_agent, options_.user_agent);
    out.idle_timeout = what.retry.idle_timeout;
    return out;
}

awaitable<exchange::outcome> exchange::attempt(const request& what, std::shared_ptr<target> via, shared_keys keys,
                                               bool fresh_connection) {
    outcome out;
    const http::client_request wire =
        what.only ? presigned_request(what, *via, keys) : signed_request(what, *via, keys);
    try {
        http::client_response response = co_await via->http.send(wire, fresh_connection);
        out.status = static_cast<int>(response.code);
        out.headers = response.headers;
        const bool ok = out.status / 100 == 2;
        if (ok && what.stream) {
            out.success.emplace(reply{via, out.headers, {}, std::move(response), out.status});
            co_return out;
        }
        out.body = co_await async::read_all(response, max_xml_bytes);
        if (auto error = parse_error(out.body))
            out.error = std::move(*error);
        else if (ok)
            out.success.emplace(reply{via, out.headers, std::move(out.body), std::nullopt, out.status});
    } catch (const http::transport_error& error) {
        out.status = 0;
        out.transport_text = error.what();
        out.timed_out = error.timed_out();
    } catch (const std::length_error&) {
        out.transport_text = "the answer is larger than any that S3 gives";
    }
    co_return out;
}

failure exchange::describe(const request& what, const target& via, failure why, std::string_view details) const {
    why.operation = what.operation;
    why.key = what.key;
    why.text = "S3 " + why.operation;
    if (!what.key.empty()) why.text += " of " + what.key;
    why.text += " in bucket " + via.bucket.bucket + " at " + via.at.base_url() + " failed: ";
    if (why.status == 0) {
        why.text += details;
        return why;
    }
    why.text += (why.code.empty() ? "" : why.code + ", ") + "HTTP status " + std::to_string(why.status);
    if (!details.empty()) why.text += ": " + std::string{details};
    if (const auto hint = advice(why.status, why.code); !hint.empty()) why.text += "; " + std::string{hint};
    return why;
}

failure exchange::judge(const request& what, const outcome& came, const target& via, const credentials& keys) const {
    failure why;
    why.status = came.status;
    why.date = came.headers[http::field::date];
    if (!came.transport_text.empty()) {
        why.kind = verdict::retry;
        why.status = 0;
        std::string text = came.transport_text;
        if (text.find("TLS") != std::string::npos) text += "; if that server speaks plain http, set secure: false";
        return describe(what, via, std::move(why), quoted(std::move(text), {}));
    }
    why.code = came.error.code;
    // An answer to HEAD has no body to say what is wrong: the headers give it away.
    if (why.code.empty() && came.status == 403) {
        const auto date = parse_http_date(came.headers[http::field::date]);
        if (date && std::chrono::abs(*date - now()) > clearly_skewed) why.code = "RequestTimeTooSkewed";
    }
    if (why.code.empty() && came.status == 400) {
        const auto region = came.headers["x-amz-bucket-region"];
        if (!region.empty() && region != via.bucket.region) why.code = "AuthorizationHeaderMalformed";
    }
    if (why.code.empty() && came.status == 400 && !keys.session_token.empty()) why.code = "ExpiredToken";
    why.kind = classify(why.status, why.code);
    return describe(what, via, std::move(why),
                    quoted(came.error.message, {keys.access_key, keys.secret_key, keys.session_token}));
}

void exchange::learn_clock(std::string_view date) {
    const auto theirs = parse_http_date(date);
    if (!theirs) return;
    const auto offset = std::chrono::floor<std::chrono::seconds>(*theirs - options_.clock());
    clock_offset_seconds_ = offset.count();
    log::warn("this machine's clock differs from S3's: using S3's for signatures; set the clock",
              {{"difference_seconds", std::to_string(offset.count())}});
}

bool exchange::move_to_region(const std::shared_ptr<target>& from, const std::string& region) {
    const std::lock_guard lock{mutex_};
    if (target_ != from) return true;  // another request has moved already
    if (region.empty() || region == from->bucket.region) return false;
    location where = from->bucket;
    where.region = region;
    target_ = std::make_shared<target>(where, options_);
    log::warn("the bucket is in another region than configured: using that one; correct the region",
              {{"bucket", where.bucket}, {"configured", from->bucket.region}, {"region", region}});
    return true;
}

awaitable<void> exchange::pause(unsigned failures) const {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_after(options_.timing.pause(failures, random_fraction()));
    co_await timer.async_wait(asio::use_awaitable);
}

awaitable<result<reply, failure>> exchange::send(const request& what) {
    using clock = std::chrono::steady_clock;
    retry_schedule schedule{what.retry, options_.timing, clock::now()};
    bool clock_corrected = false;
    bool region_corrected = false;
    bool keys_replaced = false;
    bool fresh_connection = what.fresh_connection;
    unsigned spent = 0;
    for (;;) {
        const std::shared_ptr<target> via = current();
        const keys_result keys = co_await provider_->get();
        if (!keys) {
            failure none{.kind = verdict::refresh_credentials};
            co_return describe(what, *via, std::move(none), "no credentials: " + keys.error().text);
        }
        outcome came = co_await attempt(what, via, *keys, fresh_connection);
        if (came.success) {
            quota_.succeeded(spent);
            co_return std::move(*came.success);
        }
        // A caller that goes away ends its request like a broken line; it must not be tried again.
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (came.status == 0 && cancellation.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error{asio::error::operation_aborted};

        failure why = judge(what, came, *via, (*keys)->keys);
        if (why.kind == verdict::clock_skew && !clock_corrected && !what.only) {
            clock_corrected = true;
            learn_clock(came.headers[http::field::date]);
            continue;
        }
        if (why.kind == verdict::redirect_region && !region_corrected) {
            region_corrected = true;
            const auto header = came.headers["x-amz-bucket-region"];
            if (move_to_region(via, header.empty() ? came.error.region : std::string{header})) continue;
        }
        if (why.kind == verdict::retry_throttled && options_.traffic) options_.traffic->throttled.add();
        if (why.kind == verdict::retry_throttled && what.pace) what.pace->throttled(clock::now());
        if (why.kind == verdict::refresh_credentials && !keys_replaced) {
            keys_replaced = true;
            const keys_result others = co_await provider_->replace(*keys);
            if (others) continue;
            if (!others.error().text.empty()) why.text += "; no other credentials: " + others.error().text;
        }
        if (why.kind != verdict::retry && why.kind != verdict::retry_throttled) co_return why;
        const auto pause = schedule.next(clock::now(), random_fraction(), retry_after(came.headers));
        if (!pause) co_return why;
        const unsigned cost = came.timed_out ? retry_quota::cost_of_time_out : retry_quota::cost_of_error;
        if (!quota_.take(cost)) {
            why.text += quota_is_spent;
            co_return why;
        }
        spent += cost;
        log::debug("repeating an S3 request", {{"because", why.text}});
        fresh_connection = true;
        asio::steady_timer timer{co_await asio::this_coro::executor, *pause};
        co_await timer.async_wait(asio::use_awaitable);
    }
}

std::optional<std::string> exchange::presigned_url(const std::string& key, std::chrono::seconds lifetime) const {
    using std::chrono::seconds;
    constexpr seconds worth_giving{60};
    const shared_keys keys = provider_->current();
    if (!keys) return std::nullopt;
    if (keys->ends) {
        const auto left = std::chrono::floor<seconds>(*keys->ends - options_.clock());
        if (left < worth_giving) return std::nullopt;
        lifetime = std::min(lifetime, left);
    }
    const auto via = current();
    const endpoint& at = redirect_to_ ? *redirect_to_ : via->at;
    const std::string path = at.path_prefix + '/' + encode_path(key);
    const wall_time time = now();
    const sha256_bytes signing_key = signing_keys_.get(keys, via->bucket.region, time);
    const signing with{keys->keys, via->bucket.region, time, &signing_key};
    return at.base_url() + path + '?' + presigned_query("GET", at.host, path, lifetime, with);
}

failure exchange::nonsense(const request& what, std::string_view text) const {
    return describe(what, *current(), failure{}, text);
}

}  // namespace berth::s3
