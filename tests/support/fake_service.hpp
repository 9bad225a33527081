#pragma once

#include "support/test_server.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace berth::test {

/// A small HTTP service on 127.0.0.1 that answers as a function says, and remembers what it was asked. The function is
/// called on other threads, one call at a time.
class fake_service {
public:
    struct question {
        std::string method;
        std::string target;
        http::fields headers;
        std::string body;

        std::string header(std::string_view name) const { return std::string{headers[name]}; }
        /// "PUT /latest/api/token"
        std::string line() const { return method + ' ' + target; }
    };
    struct answer {
        unsigned status = 200;
        std::string body{};
        bool silent = false;  ///< Never answers.
    };

    explicit fake_service(std::function<answer(const question&)> rule) : rule_{std::move(rule)} {}

    std::uint16_t port() const { return server_.port(); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }

    std::vector<question> questions() const {
        const std::lock_guard lock{mutex_};
        return questions_;
    }
    std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const auto& each : questions()) all.push_back(each.line());
        return all;
    }

private:
    answer decide(question asked) {
        const std::lock_guard lock{mutex_};
        questions_.push_back(asked);
        return rule_(asked);
    }

    awaitable<http::response> handle(http::request& request) {
        question asked{request.method_name, request.target, request.headers, {}};
        asked.body = co_await async::read_all(request.body, 1 << 20);
        answer said = decide(std::move(asked));
        if (said.silent) {
            asio::steady_timer never{co_await asio::this_coro::executor, std::chrono::hours{1}};
            co_await never.async_wait(asio::use_awaitable);
        }
        http::response out;
        out.code = static_cast<http::status>(said.status);
        out.body = std::move(said.body);
        co_return out;
    }

    mutable std::mutex mutex_;
    std::vector<question> questions_;  // guarded by mutex_
    const std::function<answer(const question&)> rule_;
    test_server server_{[this](http::request& request) { return handle(request); }};
};

}  // namespace berth::test
