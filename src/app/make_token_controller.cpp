#include "app/make_token_controller.hpp"

#include "app/startup_error.hpp"
#include "auth/token/token_controller.hpp"
#include "base/option_file.hpp"

#include <algorithm>

namespace berth::app {

namespace {

std::vector<auth::signature_algorithm> algorithms_of(const std::vector<std::string>& names) {
    std::vector<auth::signature_algorithm> all;
    for (const std::string_view name : auth::signature_algorithm_names)
        if (names.empty() || std::ranges::find(names, name) != names.end())
            all.push_back(*auth::find_signature_algorithm(name));
    for (const std::string& name : names)
        if (!name.starts_with("HS") && !auth::find_signature_algorithm(name))
            throw startup_error{"auth.token.signingalgorithms: " + name +
                                " is not known; write names such as RS256 and ES256, or take it out"};
    if (all.empty())
        throw startup_error{
            "auth.token.signingalgorithms: no token could be checked; add RS256 or another for public keys"};
    return all;
}

}  // namespace

std::unique_ptr<auth::controller> make_token_controller(const config::token_auth& settings) {
    auth::token_options options{
        .realm = settings.realm,
        .realm_path = settings.auto_redirect ? settings.auto_redirect_path : "",
        .rules = {settings.issuer, settings.service, algorithms_of(settings.signing_algorithms)},
        .keys = {settings.root_cert_bundle, settings.jwks}};
    try {
        return std::make_unique<auth::token_controller>(std::move(options));
    } catch (const option_error& error) {
        throw startup_error{"auth.token." + std::string{error.what()}};
    }
}

}  // namespace berth::app
