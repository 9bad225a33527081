#include "auth/token/verify.hpp"

#include "auth/token/jws.hpp"

#include <algorithm>

namespace berth::auth {

namespace {

using enum token_refusal;

// The key that a token says it is signed with, where it is trusted for that. Of several things that it says the first
// counts, as in registry:2, and none of the others is tried.
result<public_key, token_refusal> find_key(const jws& token, signature_algorithm algorithm, const trusted_keys& keys,
                                           wall_time now) {
    if (!token.chain.empty()) {
        const auto vouched = keys.vouched_for(token.chain, now);
        if (!vouched) return chain;
        return *vouched;
    }
    const trusted_keys::key* found =
        token.thumbprint ? keys.find_by_thumbprint(*token.thumbprint) : keys.find(token.key_id);
    if (!found) return unknown_key;
    if (found->only && *found->only != algorithm) return token_refusal::algorithm;
    return found->value;
}

double seconds_since_1970(wall_time time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

std::string_view to_text(token_refusal why) {
    switch (why) {
        case malformed:
            return "it is no JSON Web Token";
        case algorithm:
            return "its alg is none of those that are allowed for its key";
        case unknown_key:
            return "it names no key that is trusted";
        case chain:
            return "no certificate of the bundle vouches for its x5c";
        case bad_signature:
            return "its signature is not one of its key";
        case issuer:
            return "its iss is another one than the issuer";
        case audience:
            return "its aud does not name the service";
        case expired:
            return "it has expired";
        case not_yet:
            return "its nbf is in the future";
    }
    return "";
}

result<claims, token_refusal> verify_token(std::string_view token, const trusted_keys& keys, const token_rules& rules,
                                           wall_time now) {
    const auto parsed = parse_jws(token);
    if (!parsed) return malformed;
    const auto signed_by = find_signature_algorithm(parsed->algorithm);
    if (!signed_by || std::ranges::find(rules.algorithms, *signed_by) == rules.algorithms.end()) return algorithm;
    const auto key = find_key(*parsed, *signed_by, keys, now);
    if (!key) return key.error();
    if (!is_signed_by(*key, *signed_by, parsed->signed_text, parsed->signature)) return bad_signature;

    auto said = parse_claims(parsed->payload);
    if (!said) return malformed;
    if (said->issuer != rules.issuer) return issuer;
    if (std::ranges::find(said->audiences, rules.service) == said->audiences.end()) return audience;
    const double leeway_s = std::chrono::duration<double>(token_leeway).count();
    if (seconds_since_1970(now) > said->expires_s + leeway_s) return expired;
    if (seconds_since_1970(now) < said->begins_s - leeway_s) return not_yet;
    return std::move(*said);
}

}  // namespace berth::auth
