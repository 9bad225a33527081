#include "s3/credentials/documents.hpp"

#include "base/time_format.hpp"
#include "oci/json_reading.hpp"
#include "s3/http_date.hpp"

#include <pugixml.hpp>

namespace berth::s3 {

namespace {

constexpr std::size_t json_depth = 8;

std::string string_at(const boost::json::object& object, std::string_view key) {
    return oci::find_string(object, key).value_or("");
}

bool is_whole(const written_keys& keys) {
    return !keys.keys.access_key.empty() && !keys.keys.secret_key.empty();
}

}  // namespace

std::optional<written_keys> parse_json_keys(std::string_view json) {
    const auto object = oci::parse_object(json, json_depth);
    if (!object) return std::nullopt;
    written_keys found{
        {string_at(*object, "AccessKeyId"), string_at(*object, "SecretAccessKey"), string_at(*object, "Token")},
        string_at(*object, "Expiration")};
    if (!is_whole(found)) return std::nullopt;
    return found;
}

std::optional<written_keys> parse_sts_keys(std::string_view xml) {
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8)) return std::nullopt;
    const auto keys = document.child("AssumeRoleWithWebIdentityResponse")
                          .child("AssumeRoleWithWebIdentityResult")
                          .child("Credentials");
    const auto text = [&](const char* name) { return std::string{keys.child(name).text().as_string()}; };
    written_keys found{{text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken")}, text("Expiration")};
    if (!is_whole(found)) return std::nullopt;
    return found;
}

keys_result dated(written_keys keys, std::string_view date, wall_time now) {
    key_set out{std::move(keys.keys)};
    if (keys.expiration.empty()) return std::make_shared<const key_set>(std::move(out));
    const auto ends = parse_expiration(keys.expiration);
    if (!ends) return no_keys{"the answer's Expiration is no time"};
    const auto server_date = parse_http_date(date);
    const wall_time asked = server_date.value_or(now);
    if (*ends <= asked)
        return no_keys{"the keys it gives expired at " + format_rfc3339(*ends) +
                       (server_date ? ", before it gave them" : "; if that is to come, set this machine's clock")};
    out.ends = now + (*ends - asked);
    return std::make_shared<const key_set>(std::move(out));
}

complaint parse_json_complaint(std::string_view json) {
    const auto object = oci::parse_object(json, json_depth);
    if (!object) return {};
    complaint found{string_at(*object, "code"), string_at(*object, "message")};
    if (found.code.empty()) found.code = string_at(*object, "Code");
    if (found.message.empty()) found.message = string_at(*object, "Message");
    return found;
}

complaint parse_sts_complaint(std::string_view xml) {
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8)) return {};
    const auto error = document.child("ErrorResponse").child("Error");
    return {error.child("Code").text().as_string(), error.child("Message").text().as_string()};
}

std::optional<wall_time> parse_expiration(std::string_view text) {
    if (!text.ends_with('Z') && !text.ends_with("+00:00")) return std::nullopt;
    const auto time = parse_rfc3339(text);
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(*time);
}

}  // namespace berth::s3
