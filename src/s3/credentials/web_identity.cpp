#include "s3/credentials/web_identity.hpp"

#include "http/service_url.hpp"
#include "s3/credentials/documents.hpp"
#include "s3/credentials/small_file.hpp"
#include "s3/quoted.hpp"

namespace berth::s3 {

namespace {

constexpr std::chrono::seconds timeout{5};

std::string endpoint_of(const web_identity_source::settings& settings) {
    if (!settings.endpoint_url.empty()) return settings.endpoint_url;
    return "https://sts." + settings.region +
           (settings.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
}

// Source: docs.aws.amazon.com, AssumeRoleWithWebIdentity of the STS API reference.
std::string_view advice_for(std::string_view code) {
    if (code == "AccessDenied")
        return "; the role does not exist, or its trust policy does not name this service account and its OIDC "
               "provider";
    if (code == "ExpiredTokenException")
        return "; the token has expired: see that its file is renewed and that this machine's clock is right";
    if (code == "InvalidIdentityToken" || code == "IDPRejectedClaim")
        return "; the account has no OIDC identity provider that vouches for this token";
    if (code == "RegionDisabledException")
        return "; STS is not active in this region: set AWS_REGION to one where it is";
    if (code == "ValidationError") return "; correct AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME";
    return "";
}

}  // namespace

web_identity_source::web_identity_source(settings settings)
    : settings_{std::move(settings)}, sts_{http::parse_service_url(endpoint_of(settings_)).server, timeout} {}

// POST / HTTP/1.1
// Content-Type: application/x-www-form-urlencoded
//
// Action=AssumeRoleWithWebIdentity&RoleArn=arn%3A...&RoleSessionName=berth&Version=2011-06-15&WebIdentityToken=eyJ...
awaitable<keys_result> web_identity_source::fetch() {
    const token_or_error read = read_token_file(settings_.token_file);
    if (!read.error.empty()) co_return no_keys{"web identity: " + read.error};

    const std::string body = canonical_query({{"Action", "AssumeRoleWithWebIdentity"},
                                              {"Version", "2011-06-15"},
                                              {"RoleArn", settings_.role_arn},
                                              {"RoleSessionName", settings_.session_name},
                                              {"WebIdentityToken", read.token}});
    const name_values headers{{"content-type", "application/x-www-form-urlencoded"}};
    const auto answer = co_await sts_.ask(http::verb::post, "/", headers, body);
    const std::string who = "web identity: STS at " + sts_.name();
    if (!answer) {
        std::string text = who + " does not answer: " + answer.error().text;
        if (settings_.endpoint_url.empty())
            text += "; is there a region " + settings_.region + ", and a way from here to its STS?";
        co_return no_keys{text};
    }
    if (answer->status != 200) {
        const complaint why = parse_sts_complaint(answer->body);
        co_return no_keys{who + " refuses the role " + settings_.role_arn + ": " + quoted(why.code, {read.token}) +
                          ", HTTP status " + std::to_string(answer->status) + ": " + quoted(why.message, {read.token}) +
                          std::string{advice_for(why.code)}};
    }
    auto keys = parse_sts_keys(answer->body);
    if (!keys) co_return no_keys{who + " gives an answer without keys"};
    keys_result got = dated(std::move(*keys), answer->headers[http::field::date], settings_.clock());
    if (!got) co_return no_keys{who + ": " + got.error().text};
    co_return got;
}

}  // namespace berth::s3
