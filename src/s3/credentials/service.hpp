#pragma once

#include "base/result.hpp"
#include "http/client.hpp"
#include "s3/uri.hpp"

#include <chrono>
#include <string>

namespace berth::s3 {

/// An answer of whatever status.
struct service_answer {
    int status = 0;
    http::fields headers;
    std::string body;
};

/// No answer.
struct service_silence {
    std::string text;
    bool timed_out = false;
};

/// A service that gives credentials: asked seldom, over a connection of its own each time. A question that broke, or
/// was answered with 429 or 5xx, is put three times; a time-out ends it at once.
class credentials_service {
public:
    /// `timeout` bounds the connecting, and each silence after it.
    credentials_service(http::origin where, std::chrono::steady_clock::duration timeout);

    awaitable<result<service_answer, service_silence>> ask(http::verb method, std::string target, name_values headers,
                                                           std::string body = {});

    /// "http://169.254.169.254:80"
    std::string name() const;

private:
    awaitable<result<service_answer, service_silence>> ask_once(const http::client_request& question);

    const std::chrono::steady_clock::duration timeout_;
    http::client http_;
};

}  // namespace berth::s3
