#include "s3/credentials/instance.hpp"

#include "http/service_url.hpp"
#include "s3/credentials/documents.hpp"
#include "s3/quoted.hpp"

#include <boost/algorithm/string/trim.hpp>

namespace berth::s3 {

namespace {

constexpr std::string_view roles_path = "/latest/meta-data/iam/security-credentials/";

std::string prefix_of(std::string target) {
    while (target.ends_with('/')) target.pop_back();
    return target;
}

name_values with_token(const std::string& token) {
    return {{"x-aws-ec2-metadata-token", token}};
}

}  // namespace

instance_source::instance_source(settings settings)
    : settings_{std::move(settings)},
      prefix_{prefix_of(http::parse_service_url(settings_.endpoint_url).target)},
      metadata_{http::parse_service_url(settings_.endpoint_url).server, settings_.timeout} {}

no_keys instance_source::failed(const std::string& why) const {
    return {settings_.otherwise + "instance metadata at " + metadata_.name() + ": " + why};
}

// PUT /latest/api/token HTTP/1.1
// X-aws-ec2-metadata-token-ttl-seconds: 21600
awaitable<instance_source::text_result> instance_source::find_token() {
    const name_values headers{{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}};
    const auto answer = co_await metadata_.ask(http::verb::put, prefix_ + "/latest/api/token", headers);
    if (!answer) {
        std::string text = answer.error().text;
        // The answer to this one request travels with a small hop limit, by default 1.
        if (answer.error().timed_out)
            text +=
                "; this is no EC2 instance, or the hop limit keeps the answer out of a bridged container: set the "
                "instance's HttpPutResponseHopLimit to 2, or give the container the host's network";
        co_return failed(text);
    }
    if (answer->status == 403)
        co_return failed("HTTP status 403: the metadata service is turned off, or closed to this process");
    const std::string token = boost::trim_copy(answer->body);
    if (answer->status != 200 || token.empty() || token.find_first_of("\r\n") != std::string::npos)
        co_return failed("no IMDSv2 token, HTTP status " + std::to_string(answer->status) +
                         "; version 1 is never asked");
    co_return text_result{boost::system::in_place_value, token};
}

// GET /latest/meta-data/iam/security-credentials/ HTTP/1.1
// X-aws-ec2-metadata-token: AQAEA...
awaitable<instance_source::text_result> instance_source::find_role(const std::string& token) {
    const auto answer = co_await metadata_.ask(http::verb::get, prefix_ + std::string{roles_path}, with_token(token));
    if (!answer) co_return failed(answer.error().text);
    const std::string role = boost::trim_copy(answer->body.substr(0, answer->body.find('\n')));
    if (answer->status == 404 || (answer->status == 200 && role.empty()))
        co_return failed("the instance has no role: attach an instance profile");
    if (answer->status != 200) co_return failed("no role's name, HTTP status " + std::to_string(answer->status));
    co_return text_result{boost::system::in_place_value, role};
}

// GET /latest/meta-data/iam/security-credentials/my-role HTTP/1.1
// X-aws-ec2-metadata-token: AQAEA...
awaitable<keys_result> instance_source::fetch() {
    const auto token = co_await find_token();
    if (!token) co_return token.error();
    const auto role = co_await find_role(*token);
    if (!role) co_return role.error();

    const std::string path = prefix_ + std::string{roles_path} + encode_component(*role);
    const auto answer = co_await metadata_.ask(http::verb::get, path, with_token(*token));
    if (!answer) co_return failed(answer.error().text);
    const complaint why = parse_json_complaint(answer->body);
    auto keys = parse_json_keys(answer->body);
    if (answer->status != 200 || !keys) {
        std::string text = "no keys for the role " + quoted(*role, {}) + ": " + quoted(why.code, {}) +
                           ", HTTP status " + std::to_string(answer->status) + ": " + quoted(why.message, {});
        if (why.code == "AssumeRoleUnauthorizedAccess")
            text += "; the role's trust policy does not let EC2 have it (ec2.amazonaws.com)";
        co_return failed(text);
    }
    keys_result got = dated(std::move(*keys), answer->headers[http::field::date], settings_.clock());
    if (!got) co_return failed(got.error().text);
    co_return got;
}

}  // namespace berth::s3
