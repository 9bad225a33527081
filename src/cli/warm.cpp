#include "cli/warm.hpp"

#include "base/duration.hpp"
#include "cli/commands.hpp"
#include "cli/fetch_token.hpp"
#include "cli/progress_bars.hpp"
#include "cli/run_to_end.hpp"
#include "cli/user_file.hpp"
#include "http/client.hpp"
#include "oci/image_reference.hpp"
#include "oci/platform.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <cstdio>
#include <sys/un.h>

namespace berth::cli {

namespace {

namespace json = boost::json;
using http::status;
using http::verb;
using std::chrono::steady_clock;

constexpr std::size_t longest_answer = 16 * 1024 * 1024;

/// Where the node's berth answers.
struct place {
    http::origin server;
    std::string prefix{};  // http.prefix there, without its last slash
};

// "127.0.0.1:5500", "http://node:5500/registry", "https://node", "unix:///run/berth.sock"; nothing for what is neither.
std::optional<place> parse_address(const std::string& text) {
    constexpr std::string_view socket_scheme = "unix://";
    if (text.starts_with(socket_scheme)) {
        const std::string path = text.substr(socket_scheme.size());
        if (!path.starts_with('/') || path.size() >= sizeof(sockaddr_un::sun_path)) return std::nullopt;
        return place{{.host = "localhost", .socket_file = path}};
    }
    const std::string whole = (text.find("://") == std::string::npos ? "http://" : "") + text;
    const auto url = boost::urls::parse_uri(whole);
    if (!url || url->host().empty()) return std::nullopt;
    const bool tls = url->scheme_id() == boost::urls::scheme::https;
    if (!tls && url->scheme_id() != boost::urls::scheme::http) return std::nullopt;
    const std::uint16_t usual_port = tls ? 443 : 80;
    std::string prefix{url->encoded_path()};
    while (prefix.ends_with('/')) prefix.pop_back();
    return place{{url->host_name().empty() ? std::string{url->host_address()} : std::string{url->host_name()},
                  url->has_port() && url->port_number() != 0 ? url->port_number() : usual_port, tls},
                 prefix};
}

// As it is written before an image: "127.0.0.1:5500/".
std::string image_prefix(std::string address) {
    if (const auto scheme = address.find("://"); scheme != std::string::npos) address.erase(0, scheme + 3);
    while (address.ends_with('/')) address.pop_back();
    return address + '/';
}

int misuse(const std::string& what) {
    std::fprintf(stderr, "berth: %s\n", what.c_str());
    return exit_code::misused;
}

// What the node says of an image, as GET /berth/warm/<image> gives it.
struct answer {
    status code = status::unknown;  // and so where nobody answers
    json::object body;
    std::optional<token_challenge> wants_token{};

    // The node knows nothing of the image: it has started anew since it was asked for it.
    bool is_forgotten() const {
        const json::object* error = first_error();
        const json::value* name = error ? error->if_contains("code") : nullptr;
        return name && *name == "NOT_ASKED_FOR";
    }

    const json::object* first_error() const {
        const json::value* all = body.if_contains("errors");
        return all && all->is_array() && !all->get_array().empty() ? all->get_array().front().if_object() : nullptr;
    }

    // The first of its errors in one line.
    std::string why() const {
        const json::object* first = first_error();
        const json::value* message = first ? first->if_contains("message") : nullptr;
        if (!message || !message->is_string()) return "the node answers " + std::to_string(static_cast<unsigned>(code));
        std::string text{message->get_string()};
        const json::value* detail = first->if_contains("detail");
        if (!detail || !detail->is_object()) return text;
        for (const char* part : {"where", "advice"})
            if (const json::value* more = detail->get_object().if_contains(part); more && more->is_string())
                text += (std::string_view{part} == "where" ? ": " : "; ") + std::string{more->as_string()};
        return text;
    }
};

struct totals {
    std::uint64_t warm = 0, failed = 0;
    std::uint64_t bytes = 0;
    std::uint64_t blobs = 0, blobs_that_were_here = 0;
};

/// One run of the command, over one connection.
class warming {
public:
    /// `user`: the header for the user, empty where there is none.
    warming(place node, std::string user, const warm_options& options, steady_clock::time_point deadline)
        : client_{{.server = std::move(node.server)}},
          prefix_{std::move(node.prefix)},
          user_{std::move(user)},
          options_{options},
          deadline_{deadline} {}

    awaitable<totals> warm_all(std::vector<oci::image_reference> images) {
        for (const auto& image : images) {
            const answer last = co_await warm_one(image.str());
            count(image.str(), last);
        }
        co_return all_;
    }

    awaitable<totals> unpin_all(std::vector<oci::image_reference> images) {
        for (const auto& image : images) {
            const answer got = co_await ask(verb::delete_, "/berth/pins/" + image.str());
            if (got.code == status::no_content) {
                std::printf("%s is not pinned any more\n", image.str().c_str());
            } else {
                count(image.str(), got);
            }
        }
        co_return all_;
    }

private:
    awaitable<answer> warm_one(std::string image) {
        // The node waits, so that what is here already needs one request.
        std::string target = "/berth/warm/" + image + (bars_.on_terminal() ? "?wait=100ms" : "?wait=1s");
        if (!options_.platform.empty()) target += "&platform=" + options_.platform;
        const std::string begin = target + (options_.pin ? "&pin=1" : "");
        answer last;
        do {
            last = co_await ask(verb::put, begin);
            while (last.code == status::accepted && steady_clock::now() < deadline_) {
                show(image, last);
                last = co_await ask(verb::get, target);
            }
            show(image, last);
        } while (co_await may_try_again(last));
        bars_.clear();
        co_return last;
    }

    // Who the user is, only who asks for it is told. A token ends before a long job does, and is fetched anew then.
    awaitable<answer> ask(verb method, std::string target) {
        answer got = co_await ask_once(method, target);
        if (got.code != status::unauthorized || user_.empty()) co_return got;
        if (got.wants_token) {
            const auto token = co_await fetch_token(*got.wants_token, user_);
            if (!token) {
                got.body = error_body(token.error().text);
                co_return got;
            }
            authorization_ = "Bearer " + *token;
        } else {
            if (authorization_ == user_) co_return got;
            authorization_ = user_;
        }
        answer again = co_await ask_once(method, std::move(target));
        co_return again;
    }

    awaitable<answer> ask_once(verb method, std::string target) {
        http::client_request request;
        request.method = method;
        request.target = prefix_ + target;
        if (!authorization_.empty()) request.headers.set(http::field::authorization, authorization_);
        answer got;
        try {
            auto response = co_await client_.send(request);
            got.code = response.code;
            const std::string body = co_await async::read_all(response, longest_answer);
            if (!body.empty()) got.body = json::parse(body).as_object();
            if (got.code == status::unauthorized) {
                got.wants_token = parse_token_challenge(response.headers[http::field::www_authenticate]);
                got.body = error_body(why_not_let_in(got.wants_token.has_value()));
            }
        } catch (const http::transport_error& error) {
            got.body = error_body(error.what());
        } catch (const std::exception&) {
            got.body = error_body("what answers there is no berth: " + std::to_string(static_cast<unsigned>(got.code)));
        }
        co_return got;
    }

    std::string why_not_let_in(bool with_token) const {
        if (user_.empty())
            return "the node asks for a user and a password; write USER:PASSWORD into a file that only you may read "
                   "and name it by --user-file or BERTH_USER_FILE";
        if (with_token)
            return "the user's token does not allow it; give the user of " + options_.user_file + " registry:node:*";
        return "the node does not know the user, or the password is wrong; check " + options_.user_file;
    }

    static json::object error_body(const std::string& why) {
        json::array errors;
        errors.push_back(json::object{{"message", why}});
        return {{"errors", std::move(errors)}};
    }

    // With a time-out given, the node may be about to start, also for another time, or its store to come back.
    awaitable<bool> may_try_again(const answer& last) const {
        const bool may_change =
            last.code == status::unknown || last.code == status::service_unavailable || last.is_forgotten();
        if (!may_change || options_.timeout.empty() || steady_clock::now() >= deadline_) co_return false;
        asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::seconds{1}};
        co_await timer.async_wait(asio::use_awaitable);
        co_return true;
    }

    void show(const std::string& image, const answer& now) {
        const json::value* layers = now.body.if_contains("layers");
        if (!layers) return;
        std::vector<progress_bars::bar> bars;
        for (const json::value& layer : layers->as_array()) {
            const std::string digest{layer.at("digest").as_string()};
            const bool was_here = layer.at("was_here").as_bool();
            std::string end;
            if (layer.at("state") == "failed") end = "failed";
            if (layer.at("state") == "here") end = was_here ? "was here" : "here";
            bars.push_back({digest.substr(0, 19), layer.at("bytes_here").to_number<std::uint64_t>(),
                            layer.at("bytes").to_number<std::uint64_t>(), std::move(end)});
        }
        bars_.show(image, bars);
    }

    void count(const std::string& image, const answer& last) {
        if (last.code != status::ok) {
            ++all_.failed;
            const std::string why =
                last.code == status::accepted ? "not warm in time; the node goes on with it" : last.why();
            std::fprintf(stderr, "berth: %s: %s\n", image.c_str(), why.c_str());
            return;
        }
        ++all_.warm;
        all_.bytes += last.body.at("bytes").to_number<std::uint64_t>();
        for (const json::value& layer : last.body.at("layers").as_array()) {
            ++all_.blobs;
            all_.blobs_that_were_here += layer.at("was_here").as_bool();
        }
    }

    http::client client_;
    const std::string prefix_;
    const std::string user_;     // the header for the user
    std::string authorization_;  // for the node, once it has asked: the same, or one with a token
    const warm_options& options_;
    const steady_clock::time_point deadline_;
    progress_bars bars_;
    totals all_;
};

}  // namespace

int warm(const warm_options& options) {
    const auto node = parse_address(options.address);
    if (!node)
        return misuse("--address: \"" + options.address +
                      "\" is none; write HOST:PORT, a URL, or unix:///PATH of a socket");
    if (!options.platform.empty() && options.platform != "all" && !oci::platform::parse(options.platform))
        return misuse("--platform: \"" + options.platform + "\" is none; write linux/amd64, or all");
    const auto begin = steady_clock::now();
    auto deadline = steady_clock::time_point::max();
    if (!options.timeout.empty()) {
        const auto timeout = parse_duration(options.timeout);
        if (!timeout || timeout->count() <= 0)
            return misuse("--timeout: \"" + options.timeout + "\" is no duration; write one such as 10m");
        deadline = begin + std::chrono::duration_cast<steady_clock::duration>(*timeout);
    }
    std::vector<oci::image_reference> images;
    const std::string prefix = image_prefix(options.address);
    for (const std::string& text : options.images) {
        const auto image = oci::image_reference::parse(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
        if (!image)
            return misuse("\"" + text +
                          "\" is no image; write NAME:TAG or NAME@DIGEST, without a registry's host or with " + prefix +
                          " before it");
        images.push_back(*image);
    }

    std::string user;
    try {
        if (!options.user_file.empty()) user = authorization_of({"--user-file", options.user_file});
    } catch (const option_error& error) {
        return misuse(error.what());
    }

    async::io_runtime runtime{1};
    warming run{*node, std::move(user), options, deadline};
    if (options.unpin)
        return run_to_end(runtime, run.unpin_all(images)).failed == 0 ? exit_code::ok : exit_code::failed;
    const totals all = run_to_end(runtime, run.warm_all(images));
    const std::chrono::duration<double> taken = steady_clock::now() - begin;
    std::printf("%llu of %zu images warm: %s in %.1f s, %llu of %llu blobs were here before\n",
                static_cast<unsigned long long>(all.warm), images.size(), size_text(all.bytes).c_str(), taken.count(),
                static_cast<unsigned long long>(all.blobs_that_were_here), static_cast<unsigned long long>(all.blobs));
    return all.failed == 0 ? exit_code::ok : exit_code::failed;
}

}  // namespace berth::cli
