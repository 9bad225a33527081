#include "s3/credentials/container.hpp"

#include "s3/credentials/documents.hpp"
#include "s3/credentials/small_file.hpp"
#include "s3/quoted.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace berth::s3 {

namespace {

constexpr std::chrono::seconds timeout{2};

bool is_trusted(const http::origin& server) {
    if (server.tls || server.host == "localhost") return true;
    error_code not_an_address;
    const auto address = asio::ip::make_address(server.host, not_an_address);
    if (not_an_address) return false;
    if (address.is_loopback()) return true;
    constexpr std::string_view agents[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
    return std::ranges::any_of(agents, [&](auto agent) { return address == asio::ip::make_address(agent); });
}

http::service_url url_of(const container_source::settings& settings) {
    const bool relative = !settings.relative_uri.empty();
    const char* variable = relative ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" : "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    if (relative && !settings.relative_uri.starts_with('/'))
        throw std::invalid_argument{std::string{variable} + " does not begin with \"/\""};
    http::service_url url;
    try {
        url = http::parse_service_url(relative ? "http://169.254.170.2" + settings.relative_uri : settings.full_uri);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument{std::string{variable} + ": " + error.what()};
    }
    if (!is_trusted(url.server))
        throw std::invalid_argument{std::string{variable} + ": credentials are not asked of " + url.server.host +
                                    " over plain http; use https, this host or the agent's address"};
    if (url.target.empty()) url.target = "/";
    return url;
}

}  // namespace

container_source::container_source(settings settings)
    : settings_{std::move(settings)}, url_{url_of(settings_)}, agent_{url_.server, timeout} {}

// GET /v1/credentials HTTP/1.1
// Authorization: eyJ...
awaitable<keys_result> container_source::fetch() {
    token_or_error read{.token = settings_.token};
    if (!settings_.token_file.empty()) read = read_token_file(settings_.token_file);
    if (!read.error.empty()) co_return no_keys{"container credentials: " + read.error};

    name_values headers;
    if (settings_.relative_uri.empty() && !read.token.empty()) headers.emplace_back("authorization", read.token);
    const auto answer = co_await agent_.ask(http::verb::get, url_.target, headers);
    const std::string who = "container credentials: the agent at " + agent_.name();
    if (!answer) co_return no_keys{who + " does not answer: " + answer.error().text};
    if (answer->status != 200) {
        const complaint why = parse_json_complaint(answer->body);
        std::string text = who + " refuses: " + quoted(why.code, {read.token}) + ", HTTP status " +
                           std::to_string(answer->status) + ": " + quoted(why.message, {read.token});
        if (answer->status == 401 || answer->status == 403)
            text += "; is there a role for this task or pod, and is its token the right one?";
        co_return no_keys{text};
    }
    auto keys = parse_json_keys(answer->body);
    if (!keys) co_return no_keys{who + " gives an answer without keys"};
    keys_result got = dated(std::move(*keys), answer->headers[http::field::date], settings_.clock());
    if (!got) co_return no_keys{who + ": " + got.error().text};
    co_return got;
}

}  // namespace berth::s3
