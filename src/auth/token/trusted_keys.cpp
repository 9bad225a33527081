#include "auth/token/trusted_keys.hpp"

#include "base/option_file.hpp"
#include "oci/duplicate_key.hpp"
#include "oci/json_reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace berth::auth {

namespace {

namespace json = boost::json;

constexpr std::string_view jwk_names[] = {"keys", "kty", "kid", "use", "key_ops", "alg", "crv", "x", "y", "n", "e"};

// SHA-256 and RSA of 2048 bits are the weakest that count in a chain.
constexpr int openssl_security_level = 2;

constexpr std::string_view good_keys = "RSA of 2048 bits or more, P-256, P-384, P-521 and Ed25519";

std::shared_ptr<X509> parse_certificate(const std::string& der) {
    const auto* from = reinterpret_cast<const unsigned char*>(der.data());
    const unsigned char* const end = from + der.size();
    std::shared_ptr<X509> made{d2i_X509(nullptr, &from, static_cast<long>(der.size())), X509_free};
    return from == end ? made : nullptr;
}

std::optional<public_key> key_of(X509* certificate) {
    return public_key::of({X509_get_pubkey(certificate), EVP_PKEY_free});
}

// Whether a JSON Web Key is meant for signatures (RFC 7517, 4.2 and 4.3).
bool is_for_signatures(const json::object& jwk) {
    const auto use = oci::find_string(jwk, "use");
    if (!use || (!use->empty() && *use != "sig")) return false;
    const json::value* operations = jwk.if_contains("key_ops");
    if (!operations) return true;
    return operations->is_array() &&
           std::ranges::find(operations->get_array(), json::value("verify")) != operations->get_array().end();
}

// What of a key set is no key for tokens is passed over (RFC 7517, 5).
std::optional<trusted_keys::key> read_jwk(const json::value& value) {
    if (!value.is_object() || !is_for_signatures(value.get_object())) return std::nullopt;
    const auto key = public_key::of_jwk(value.get_object());
    const auto algorithm = oci::find_string(value.get_object(), "alg");
    if (!key || !algorithm) return std::nullopt;
    const auto only = find_signature_algorithm(*algorithm);
    if (!algorithm->empty() && !only) return std::nullopt;
    return trusted_keys::key{*key, only};
}

}  // namespace

trusted_keys::trusted_keys(const key_files& files) : authorities_{X509_STORE_new(), X509_STORE_free} {
    if (!files.root_cert_bundle.empty()) read_bundle(files.root_cert_bundle);
    if (!files.jwks.empty()) read_jwks(files.jwks);
    if (by_thumbprint_.empty())
        throw option_error{"rootcertbundle: is missing; write the path of the certificates of who signs the tokens"};
}

void trusted_keys::add(std::string id, key added) {
    by_thumbprint_.insert_or_assign(added.value.thumbprint(), added);
    by_id_.insert_or_assign(std::move(id), std::move(added));
}

void trusted_keys::read_bundle(const std::string& path) {
    const option_file file{"rootcertbundle", path};
    for (const auto& certificate : read_certificates(file)) {
        const auto key = key_of(certificate.get());
        if (!key)
            file.fail("holds a certificate with a key that no token can be signed with; keys may be " +
                      std::string{good_keys});
        X509_STORE_add_cert(authorities_.get(), certificate.get());
        add(key->libtrust_id(), {*key, {}});
        add(key->thumbprint(), {*key, {}});
    }
}

void trusted_keys::read_jwks(const std::string& path) {
    const option_file file{"jwks", path};
    const std::string text = file.read();
    const auto set = oci::parse_object(text, oci::max_json_depth);
    const json::value* keys = set ? set->if_contains("keys") : nullptr;
    if (!keys || !keys->is_array() || oci::has_duplicate_key(text, jwk_names, oci::max_json_depth))
        file.fail("is no JSON Web Key Set; write {\"keys\": [...]} (RFC 7517)");
    bool any = false;
    for (const json::value& each : keys->get_array()) {
        auto key = read_jwk(each);
        const auto id = key ? oci::find_string(each.get_object(), "kid") : std::nullopt;
        if (!id) continue;
        any = true;
        add(id->empty() ? key->value.thumbprint() : *id, *key);
    }
    if (!any) file.fail("holds no key that a token can be signed with; keys may be " + std::string{good_keys});
}

const trusted_keys::key* trusted_keys::find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

const trusted_keys::key* trusted_keys::find_by_thumbprint(std::string_view thumbprint) const {
    const auto found = by_thumbprint_.find(thumbprint);
    return found == by_thumbprint_.end() ? nullptr : &found->second;
}

std::optional<public_key> trusted_keys::vouched_for(const std::vector<std::string>& chain, wall_time at) const {
    std::vector<std::shared_ptr<X509>> certificates;
    for (const std::string& der : chain) {
        certificates.push_back(parse_certificate(der));
        if (!certificates.back()) {
            ERR_clear_error();
            return std::nullopt;
        }
    }
    if (certificates.empty()) return std::nullopt;

    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> between{
        sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }};
    for (std::size_t i = 1; i < certificates.size(); ++i) sk_X509_push(between.get(), certificates[i].get());
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context{X509_STORE_CTX_new(),
                                                                                  X509_STORE_CTX_free};
    if (X509_STORE_CTX_init(context.get(), authorities_.get(), certificates.front().get(), between.get()) != 1)
        return std::nullopt;
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, std::chrono::system_clock::to_time_t(at));
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_ANY);
    X509_VERIFY_PARAM_set_auth_level(rules, openssl_security_level);
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!good) return std::nullopt;
    return key_of(certificates.front().get());
}

}  // namespace berth::auth
