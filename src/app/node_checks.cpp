#include "app/node_checks.hpp"

#include "app/configured.hpp"
#include "base/log.hpp"
#include "http/client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace berth::app {

namespace {

using std::chrono::duration_cast;
using std::chrono::steady_clock;

// Of a file somebody makes to have the node left alone. Not to know is a failure, as in registry:2.
awaitable<std::string> file_problem(std::string file) {
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::status(file, error))) co_return "the file exists";
    const bool is_absent = !error || error == std::errc::no_such_file_or_directory;
    co_return is_absent ? "" : "cannot look for the file: " + error.message();
}

awaitable<std::string> tcp_problem(std::string host, std::string port, steady_clock::duration timeout) {
    const auto executor = co_await asio::this_coro::executor;
    asio::ip::tcp::resolver resolver{executor};
    auto [unknown, addresses] = co_await resolver.async_resolve(host, port, as_tuple);
    if (unknown) co_return unknown.message();
    boost::beast::tcp_stream stream{executor};
    stream.expires_after(timeout);
    auto [failed, reached] = co_await stream.async_connect(addresses, as_tuple);
    co_return failed ? failed.message() : "";
}

// HEAD, as registry:2 asks.
awaitable<std::string> http_problem(std::shared_ptr<http::client> client, std::string target, http::fields headers,
                                    std::uint64_t status, steady_clock::duration timeout) {
    const http::client_request request{
        .method = http::verb::head, .target = target, .headers = headers, .idle_timeout = timeout};
    const auto answer = co_await client->send(request, true);
    const auto code = static_cast<unsigned>(answer.code);
    co_return code == status ? "" : "it answers " + std::to_string(code);
}

node_checks::check common(const config::health_check& settings) {
    return {settings.target, duration_cast<steady_clock::duration>(settings.interval), settings.threshold, {}};
}

node_checks::check http_check(const config::health_check& settings) {
    const http::service_url url = configured_url("health.http", settings.target);
    const auto timeout = duration_cast<steady_clock::duration>(settings.timeout);
    auto client = std::make_shared<http::client>(
        http::client::options{.server = url.server, .max_idle_connections = 0, .connect_timeout = timeout});
    node_checks::check made = common(settings);
    made.ask = [client, target = url.target, headers = configured_headers(settings.headers), status = settings.status,
                timeout] { return http_problem(client, target, headers, status, timeout); };
    return made;
}

}  // namespace

node_checks::node_checks(std::vector<check> checks) : checks_{std::move(checks)}, problems_(checks_.size()) {}

awaitable<void> node_checks::run(std::size_t which) {
    const check& mine = checks_[which];
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (std::uint64_t failures = 0;;) {
        std::string problem;
        try {
            problem = co_await mine.ask();
        } catch (const std::exception& error) {
            problem = error.what();
        }
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) co_return;  // what it says is of the stop
        failures = problem.empty() ? 0 : failures + 1;
        found(which, std::move(problem), failures);
        timer.expires_after(mine.interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

void node_checks::found(std::size_t which, std::string problem, std::uint64_t failures_in_a_row) {
    const check& mine = checks_[which];
    const std::lock_guard lock{mutex_};
    const bool failed_before = !problems_[which].empty();
    if (problem.empty() && failed_before) {
        problems_[which].clear();
        --failing_;
        log::info("a health check holds again", {{"check", mine.name}});
    } else if (!problem.empty() && failures_in_a_row >= std::max<std::uint64_t>(mine.threshold, 1)) {
        problems_[which] = std::move(problem);
        if (failed_before) return;
        ++failing_;
        log::error("a health check fails: all requests are answered with 503 until it holds again",
                   {{"check", mine.name}, {"because", problems_[which]}});
    }
}

std::vector<std::pair<std::string, std::string>> node_checks::problems() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::pair<std::string, std::string>> failing;
    for (std::size_t i = 0; i < checks_.size(); ++i)
        if (!problems_[i].empty()) failing.emplace_back(checks_[i].name, problems_[i]);
    return failing;
}

std::vector<node_checks::check> make_node_checks(const config::health_settings& settings) {
    std::vector<node_checks::check> all;
    for (const config::health_check& one : settings.files) {
        all.push_back(common(one));
        all.back().ask = [file = one.target] { return file_problem(file); };
    }
    for (const config::health_check& one : settings.https) all.push_back(http_check(one));
    for (const config::health_check& one : settings.tcps) {
        const address where = configured_address("health.tcp", one.target);
        all.push_back(common(one));
        all.back().ask = [host = where.host, port = std::to_string(where.port),
                          timeout = duration_cast<steady_clock::duration>(one.timeout)] {
            return tcp_problem(host, port, timeout);
        };
    }
    return all;
}

}  // namespace berth::app
