#pragma once

#include "base/result.hpp"
#include "http/client.hpp"
#include "s3/error.hpp"
#include "s3/options.hpp"
#include "s3/read_pace.hpp"
#include "s3/retry_quota.hpp"
#include "s3/signing_key_cache.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace berth::s3 {

/// When a request counts: S3 refuses it at any other time by its own clock, however late it arrives there.
struct validity {
    wall_time from;
    std::chrono::seconds lifetime;
};

/// One question to the bucket. It can be sent again: every operation we use may be repeated.
///
/// Lifetime: for use on the spot; refers to `operation` and `body`.
struct request {
    std::string_view operation;  ///< As S3 calls it ("PutObject"): for messages.
    http::verb method = http::verb::get;
    std::string key{};  ///< Without a leading "/". Empty: the bucket itself.
    name_values query{};
    name_values headers{};  ///< Lower-case names. Those that signing needs are added.
    std::string_view body{};
    retry_policy retry = small_requests;
    bool unsigned_body = false;     ///< The body is so large that hashing it for the signature would cost too much.
    bool stream = false;            ///< Leave the answer's body to be read piece by piece.
    bool fresh_connection = false;  ///< Never one that was used before.
    read_pace* pace = nullptr;      ///< Is told when S3 wants fewer requests. May be null.
    std::optional<validity>
        only{};  ///< Without query, headers and body. Else S3 takes the request for some 15 minutes.
};

/// Where requests go at the moment.
struct target {
    target(location where, const options& how);

    location bucket;
    endpoint at;
    http::client http;
};

/// A 2xx answer.
struct reply {
    std::shared_ptr<target> via;  ///< Lifetime: stands first, so that it outlives `stream`.
    http::fields headers;
    std::string body;                             ///< Empty when the request said `stream`.
    std::optional<http::client_response> stream;  ///< Only when the request said `stream`.
    int status = 0;
};

/// Signs, sends, judges and repeats requests: all that operations have in common. Learns the server's clock
/// and the bucket's region when S3 says that ours are wrong, and has keys renewed that S3 takes no more. Thread-safe.
class exchange {
public:
    /// Throws std::invalid_argument for an endpoint that cannot be one.
    explicit exchange(options options);

    /// Throws only for what no answer and no lack of one can cause (cancelled, out of memory).
    awaitable<result<reply, failure>> send(const request& what);

    /// A URL for a GET without other credentials: a secret. Nothing while there are no keys at hand that are good for
    /// a minute or more; keys that end sooner than `lifetime` shorten it.
    std::optional<std::string> presigned_url(const std::string& key, std::chrono::seconds lifetime) const;

    /// What the operator should read when an answer to `what` makes no sense.
    failure nonsense(const request& what, std::string_view text) const;

    /// Waits as long as the backoff says after so many failures.
    awaitable<void> pause(unsigned failures) const;

    const options& settings() const { return options_; }

private:
    struct outcome;

    awaitable<outcome> attempt(const request& what, std::shared_ptr<target> via, shared_keys keys,
                               bool fresh_connection);
    http::client_request signed_request(const request& what, const target& via, const shared_keys& keys);
    http::client_request presigned_request(const request& what, const target& via, const shared_keys& keys) const;
    failure judge(const request& what, const outcome& came, const target& via, const credentials& keys) const;
    failure describe(const request& what, const target& via, failure why, std::string_view details) const;

    void learn_clock(std::string_view date);
    bool move_to_region(const std::shared_ptr<target>& from, const std::string& region);
    std::shared_ptr<target> current() const;
    wall_time now() const { return options_.clock() + std::chrono::seconds{clock_offset_seconds_}; }

    const options options_;
    const std::optional<endpoint> redirect_to_;
    const std::shared_ptr<credentials_provider> provider_;
    mutable signing_key_cache signing_keys_;
    retry_quota quota_;
    std::atomic<std::int64_t> clock_offset_seconds_{0};  // the server's clock minus ours
    mutable std::mutex mutex_;
    std::shared_ptr<target> target_;  // guarded by mutex_
};

}  // namespace berth::s3
