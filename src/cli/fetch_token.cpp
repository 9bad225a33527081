#include "cli/fetch_token.hpp"

#include "http/client.hpp"
#include "http/service_url.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/url/url.hpp>

namespace berth::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_answer = std::size_t{64} * 1024;

bool is_this_machine(const std::string& host) {
    boost::system::error_code is_name;
    const auto address = asio::ip::make_address(host, is_name);
    return is_name ? host == "localhost" : address.is_loopback();
}

// The value of a parameter from behind its "=", in quotes or not; cuts it off `rest`.
std::string take_value(std::string_view& rest) {
    std::string value;
    const bool is_quoted = rest.starts_with('"');
    std::size_t at = is_quoted ? 1 : 0;
    for (; at < rest.size() && rest[at] != (is_quoted ? '"' : ','); ++at) {
        if (is_quoted && rest[at] == '\\' && at + 1 < rest.size()) ++at;
        value += rest[at];
    }
    rest.remove_prefix(at);
    rest.remove_prefix(std::min(rest.size(), rest.find(',')));
    return value;
}

// Registries answer with `token`, OAuth 2 with `access_token`; both mean the same.
std::string token_in(std::string_view answer) {
    boost::system::error_code failure;
    const json::value read = json::parse(answer, failure);
    if (failure || !read.is_object()) return {};
    for (const char* name : {"token", "access_token"}) {
        const json::value* found = read.get_object().if_contains(name);
        if (found && found->is_string()) return std::string{std::string_view{found->get_string()}};
    }
    return {};
}

}  // namespace

std::optional<token_challenge> parse_token_challenge(std::string_view header) {
    constexpr std::string_view scheme = "Bearer ";
    if (!boost::istarts_with(header, scheme)) return std::nullopt;
    header.remove_prefix(scheme.size());
    token_challenge made;
    while (!header.empty()) {
        header.remove_prefix(std::min(header.size(), header.find_first_not_of(", ")));
        const std::size_t equals = header.find('=');
        if (equals == std::string_view::npos) break;
        const std::string_view name = header.substr(0, equals);
        header.remove_prefix(equals + 1);
        std::string value = take_value(header);
        if (name == "realm") made.realm = std::move(value);
        if (name == "service") made.service = std::move(value);
        if (name == "scope") made.scope = std::move(value);
    }
    if (made.realm.empty()) return std::nullopt;
    return made;
}

awaitable<token_result> fetch_token(const token_challenge& wanted, std::string_view authorization) {
    http::client_request request;
    std::optional<http::origin> server;
    try {
        server = http::parse_service_url(wanted.realm).server;
        boost::urls::url url{wanted.realm};
        if (url.encoded_path().empty()) url.set_path("/");
        url.params().append({"service", wanted.service});
        if (!wanted.scope.empty()) url.params().append({"scope", wanted.scope});
        request.target = std::string{url.encoded_target()};
    } catch (const std::exception&) {
        co_return no_token{"the node sends us for a token to " + wanted.realm + ", which is no URL"};
    }
    if (!server->tls && !is_this_machine(server->host))
        co_return no_token{"the node sends us for a token to " + wanted.realm +
                           ", where the password could be overheard; give it a realm with https"};
    request.headers.set(http::field::authorization, authorization);
    std::string why;
    try {
        http::client client{{.server = *server}};
        auto response = co_await client.send(request);
        const std::string body = co_await async::read_all(response, longest_answer);
        std::string token = token_in(body);
        if (response.code == http::status::ok && !token.empty())
            co_return token_result{boost::system::in_place_value, std::move(token)};
        why = "it answers " + std::to_string(static_cast<unsigned>(response.code));
    } catch (const std::exception& error) {
        why = error.what();
    }
    co_return no_token{"no token from " + wanted.realm + ": " + why};
}

}  // namespace berth::cli
