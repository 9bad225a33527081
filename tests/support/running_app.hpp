#pragma once

#include "app/application.hpp"
#include "config/load.hpp"
#include "http/client.hpp"
#include "support/run.hpp"

#include <memory>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>

namespace berth::test {

/// What came back, body included.
struct answer {
    unsigned code = 0;
    http::fields headers;
    std::string body;

    std::string header(std::string_view name) const { return std::string{headers[name]}; }
};

/// The real application on 127.0.0.1 and a port of its own choice, until it goes.
class running_app {
public:
    /// Serves from memory.
    running_app()
        : running_app{
              "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\nhttp: {addr: "
              "127.0.0.1:0}\n"} {}

    explicit running_app(std::string_view yaml, const config::environment& environment = {})
        : app_{std::make_unique<app::application>(load(yaml, environment))}, port_{begin_to_listen()}, thread_{[this] {
              clean_ = app_->run();
          }} {}

    ~running_app() { stop(); }

    /// As SIGTERM does; the rest of the end is stop().
    void begin_to_stop() { app_->stop(); }

    /// As SIGHUP does; returns when all that follows from it has happened.
    void hang_up() {
        app_->hang_up();
        hung_up_.acquire();
    }

    /// True when everything ended in order.
    bool stop() {
        if (thread_.joinable()) {
            begin_to_stop();
            thread_.join();
        }
        return clean_;
    }

    /// 0 on a unix socket.
    std::uint16_t port() const { return port_; }
    std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

    answer send(http::verb method, std::string target, std::string body = {},
                std::initializer_list<std::pair<std::string_view, std::string>> headers = {}) {
        http::client_request request;
        request.method = method;
        request.target = std::move(target);
        request.body = body;
        for (const auto& [name, value] : headers) request.headers.set(name, value);
        return test::run(exchange(port_, request));
    }
    answer get(std::string target, std::initializer_list<std::pair<std::string_view, std::string>> headers = {}) {
        return send(http::verb::get, std::move(target), {}, headers);
    }

    /// From `http.debug.addr`.
    answer get_debug(std::string target) {
        http::client_request request;
        request.target = std::move(target);
        return test::run(exchange(debug_port().value(), request));
    }
    std::optional<std::uint16_t> debug_port() const {
        const auto endpoint = app_->debug_endpoint();
        if (!endpoint) return std::nullopt;
        return endpoint->port();
    }

    /// Pushes a blob by POST and PUT and returns its digest as text.
    std::string push_blob(const std::string& repository, const std::string& bytes) {
        const std::string digest = oci::digest::of(bytes).str();
        const std::string location = path_of(send(http::verb::post, "/v2/" + repository + "/blobs/uploads/"));
        send(http::verb::put, location + "?digest=" + digest, bytes);
        return digest;
    }

    /// The path of an answer's Location.
    static std::string path_of(const answer& from) {
        const std::string location = from.header("Location");
        const auto scheme = location.find("://");
        return scheme == std::string::npos ? location : location.substr(location.find('/', scheme + 3));
    }

private:
    static config::configuration load(std::string_view yaml, const config::environment& environment) {
        auto loaded = config::load_text(yaml, "test", environment);
        if (!loaded.usable()) throw std::invalid_argument{loaded.findings.front().str()};
        log::configure(loaded.settings.log);
        return loaded.settings;
    }

    std::uint16_t begin_to_listen() {
        app_->on_hangup([this] { hung_up_.release(); });
        const auto endpoint = app_->listen();
        return endpoint ? endpoint->port() : std::uint16_t{0};
    }

    static awaitable<answer> exchange(std::uint16_t port, const http::client_request& request) {
        http::client client{{.server = {"127.0.0.1", port, false}}};
        auto response = co_await client.send(request);
        answer got{static_cast<unsigned>(response.code), std::move(response.headers), {}};
        got.body = co_await async::read_all(response, 1 << 28);
        co_return got;
    }

    std::unique_ptr<app::application> app_;
    std::counting_semaphore<> hung_up_{0};
    std::uint16_t port_;
    bool clean_ = false;
    std::thread thread_;
};

}  // namespace berth::test
