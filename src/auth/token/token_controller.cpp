#include "auth/token/token_controller.hpp"

#include "auth/challenge.hpp"
#include "base/log.hpp"

#include <boost/algorithm/string/predicate.hpp>

namespace berth::auth {

namespace {

// The token of "Bearer TOKEN"; empty where the header holds something else.
std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view scheme = "Bearer ";
    if (!boost::istarts_with(authorization, scheme)) return {};
    authorization.remove_prefix(scheme.size());
    return authorization.find(' ') == std::string_view::npos ? authorization : std::string_view{};
}

}  // namespace

token_controller::token_controller(token_options options) : options_{std::move(options)}, keys_{options_.keys} {}

awaitable<verdict> token_controller::check(question asked) {
    const std::string_view token = bearer_token(asked.authorization);
    if (token.empty()) co_return challenge_for(asked, "");
    const auto keys = keys_.now();
    const auto said = verify_token(token, *keys, options_.rules, options_.clock());
    if (!said) {
        log::info("a token is refused", {{"because", std::string{to_text(said.error())}}});
        co_return challenge_for(asked, "invalid_token");
    }
    if (!said->allow(asked.wanted)) co_return challenge_for(asked, "insufficient_scope");
    co_return granted{said->subject};
}

challenge token_controller::challenge_for(const question& asked, std::string error) const {
    const std::string realm =
        options_.realm_path.empty() ? options_.realm : std::string{asked.origin} + options_.realm_path;
    const std::pair<std::string_view, std::string> parameters[] = {{"realm", realm},
                                                                   {"service", options_.rules.service},
                                                                   {"scope", scope_of(asked.wanted)},
                                                                   {"error", std::move(error)}};
    return make_challenge("Bearer", parameters);
}

}  // namespace berth::auth
