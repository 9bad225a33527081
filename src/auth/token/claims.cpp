#include "auth/token/claims.hpp"

#include "oci/duplicate_key.hpp"
#include "oci/json_reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace berth::auth {

namespace {

namespace json = boost::json;

constexpr std::string_view names[] = {"iss", "sub", "aud", "exp", "nbf", "access", "type", "name", "actions"};

// Go programs write a list that is empty as null.
bool is_empty(const json::value* value) {
    return !value || value->is_null();
}

std::optional<std::vector<std::string>> read_strings(const json::value* value) {
    std::vector<std::string> read;
    if (is_empty(value)) return read;
    if (!value->is_array()) return std::nullopt;
    for (const json::value& each : value->get_array()) {
        if (!each.is_string()) return std::nullopt;
        read.emplace_back(std::string_view{each.get_string()});
    }
    return read;
}

// One, or a list of them (RFC 7519, 4.1.3).
std::optional<std::vector<std::string>> read_audiences(const json::value* value) {
    if (value && value->is_string()) return std::vector{std::string{std::string_view{value->get_string()}}};
    return read_strings(value);
}

// NumericDate (RFC 7519, 2), which may have a fraction.
std::optional<double> read_time(const json::value* value) {
    if (is_empty(value)) return 0;
    if (!value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

bool read_access(const json::value* value, std::vector<access>& to) {
    if (is_empty(value)) return true;
    if (!value->is_array()) return false;
    for (const json::value& each : value->get_array()) {
        if (!each.is_object()) return false;
        const auto& entry = each.get_object();
        const auto type = oci::find_string(entry, "type"), name = oci::find_string(entry, "name");
        const auto actions = read_strings(entry.if_contains("actions"));
        if (!type || !name || !actions) return false;
        for (const std::string& action : *actions) to.push_back({*type, *name, action});
    }
    return true;
}

}  // namespace

bool claims::allow(std::span<const access> wanted) const {
    return std::ranges::all_of(wanted, [&](const access& one) {
        return std::ranges::any_of(allowed, [&](const access& mine) {
            return mine.type == one.type && mine.name == one.name && (mine.action == one.action || mine.action == "*");
        });
    });
}

std::optional<claims> parse_claims(std::string_view text) {
    if (oci::has_duplicate_key(text, names, oci::max_json_depth)) return std::nullopt;
    const auto read = oci::parse_object(text, oci::max_json_depth);
    if (!read) return std::nullopt;
    const auto issuer = oci::find_string(*read, "iss"), subject = oci::find_string(*read, "sub");
    auto audiences = read_audiences(read->if_contains("aud"));
    const auto expires = read_time(read->if_contains("exp")), begins = read_time(read->if_contains("nbf"));
    claims made;
    if (!issuer || !subject || !audiences || !expires || !begins ||
        !read_access(read->if_contains("access"), made.allowed))
        return std::nullopt;
    made.issuer = *issuer;
    made.subject = *subject;
    made.audiences = std::move(*audiences);
    made.expires_s = *expires;
    made.begins_s = *begins;
    return made;
}

}  // namespace berth::auth
