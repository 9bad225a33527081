#include "s3/credentials/service.hpp"

#include "s3/retry.hpp"

#include <boost/asio/steady_timer.hpp>

namespace berth::s3 {

namespace {

// A handful of keys and a token.
constexpr std::size_t longest_answer_bytes = 128 * 1024;

http::client::options client_options(http::origin where, std::chrono::steady_clock::duration timeout) {
    http::client::options options;
    options.server = std::move(where);
    options.max_idle_connections = 0;
    options.connect_timeout = timeout;
    return options;
}

bool may_pass(const result<service_answer, service_silence>& answer) {
    if (!answer) return !answer.error().timed_out;
    return answer->status >= 500 || answer->status == 429;
}

}  // namespace

credentials_service::credentials_service(http::origin where, std::chrono::steady_clock::duration timeout)
    : timeout_{timeout}, http_(client_options(std::move(where), timeout)) {}

std::string credentials_service::name() const {
    const http::origin& at = http_.server();
    const std::string host = at.host.find(':') == std::string::npos ? at.host : '[' + at.host + ']';
    return (at.tls ? "https://" : "http://") + host + ':' + std::to_string(at.port);
}

awaitable<result<service_answer, service_silence>> credentials_service::ask(http::verb method, std::string target,
                                                                            name_values headers, std::string body) {
    using clock = std::chrono::steady_clock;
    http::client_request question;
    question.method = method;
    question.target = std::move(target);
    for (const auto& [name, value] : headers) question.headers.set(name, value);
    question.body = body;
    question.idle_timeout = timeout_;

    retry_schedule schedule{{.attempts = 3}, {}, clock::now()};
    for (;;) {
        auto answer = co_await ask_once(question);
        if (!may_pass(answer)) co_return answer;
        const auto pause = schedule.next(clock::now(), random_fraction());
        if (!pause) co_return answer;
        asio::steady_timer timer{co_await asio::this_coro::executor, *pause};
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<result<service_answer, service_silence>> credentials_service::ask_once(const http::client_request& question) {
    service_silence silence;
    try {
        auto response = co_await http_.send(question);
        service_answer answer{static_cast<int>(response.code), response.headers, {}};
        answer.body = co_await async::read_all(response, longest_answer_bytes);
        co_return answer;
    } catch (const http::transport_error& error) {
        silence = {error.what(), error.timed_out()};
    } catch (const std::length_error&) {
        silence = {"the answer of " + name() + " is too long", false};
    }
    co_return silence;
}

}  // namespace berth::s3
