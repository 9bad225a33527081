#include "auth/token/jws.hpp"

#include "auth/token/public_key.hpp"
#include "base/base64.hpp"
#include "oci/duplicate_key.hpp"
#include "oci/json_reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace berth::auth {

namespace {

namespace json = boost::json;

constexpr std::size_t max_token_bytes = std::size_t{32} * 1024;
constexpr std::size_t max_chain = 10;
constexpr std::string_view header_names[] = {"alg", "kid", "x5c", "jwk", "crit", "kty", "crv", "x", "y", "n", "e"};

// The certificates of `x5c`; none where it is missing, nothing where it is something else than a list of them.
std::optional<std::vector<std::string>> read_chain(const json::object& from) {
    std::vector<std::string> chain;
    const json::value* x5c = from.if_contains("x5c");
    if (!x5c || x5c->is_null()) return chain;
    if (!x5c->is_array() || x5c->get_array().size() > max_chain) return std::nullopt;
    for (const json::value& each : x5c->get_array()) {
        if (!each.is_string()) return std::nullopt;
        auto certificate = decode_base64(std::string_view{each.get_string()});
        if (!certificate) return std::nullopt;
        chain.push_back(std::move(*certificate));
    }
    return chain;
}

bool read_header(std::string_view text, jws& to) {
    if (oci::has_duplicate_key(text, header_names, oci::max_json_depth)) return false;
    const auto header = oci::parse_object(text, oci::max_json_depth);
    // A `crit` lists what must be understood (RFC 7515, 4.1.11), and no extension is.
    if (!header || header->contains("crit")) return false;
    const auto algorithm = oci::find_string(*header, "alg"), key_id = oci::find_string(*header, "kid");
    auto chain = read_chain(*header);
    if (!algorithm || !key_id || !chain) return false;
    to.algorithm = *algorithm;
    to.key_id = *key_id;
    to.chain = std::move(*chain);
    const json::value* jwk = header->if_contains("jwk");
    if (!jwk || jwk->is_null()) return true;
    if (!jwk->is_object()) return false;
    to.thumbprint = jwk_thumbprint(jwk->get_object()).value_or("");
    if (!to.chain.empty()) return true;
    chain = read_chain(jwk->get_object());
    if (!chain) return false;
    to.chain = std::move(*chain);
    return true;
}

}  // namespace

std::optional<jws> parse_jws(std::string_view token) {
    if (token.size() > max_token_bytes) return std::nullopt;
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;

    // A third dot is no base64url.
    const auto header = decode_base64url(token.substr(0, first));
    auto payload = decode_base64url(token.substr(first + 1, second - first - 1));
    auto signature = decode_base64url(token.substr(second + 1));
    jws made;
    if (!header || !payload || !signature || !read_header(*header, made)) return std::nullopt;
    made.payload = std::move(*payload);
    made.signed_text = token.substr(0, second);
    made.signature = std::move(*signature);
    return made;
}

}  // namespace berth::auth
