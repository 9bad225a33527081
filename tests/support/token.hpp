#pragma once

#include "base/base64.hpp"
#include "support/certificate.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace berth::test {

/// A key of a service that gives out tokens, made on the spot for one `alg`.
class signing_key {
public:
    explicit signing_key(std::string algorithm)
        : algorithm_{std::move(algorithm)}, key_{make(algorithm_), EVP_PKEY_free} {}

    const std::string& algorithm() const { return algorithm_; }
    const std::shared_ptr<EVP_PKEY>& key() const { return key_; }
    /// The same key, used with another algorithm.
    signing_key with(std::string algorithm) const {
        signing_key other = *this;
        other.algorithm_ = std::move(algorithm);
        return other;
    }

    /// The public half as a JSON Web Key; an empty `kid` is left out.
    boost::json::object jwk(const std::string& kid = {}) const {
        boost::json::object made;
        if (!kid.empty()) made["kid"] = kid;
        if (EVP_PKEY_is_a(key_.get(), "RSA")) {
            made["kty"] = "RSA";
            made["n"] = number(OSSL_PKEY_PARAM_RSA_N, 0);
            made["e"] = number(OSSL_PKEY_PARAM_RSA_E, 0);
        } else if (EVP_PKEY_is_a(key_.get(), "EC")) {
            const int bits = EVP_PKEY_get_bits(key_.get());
            made["kty"] = "EC";
            made["crv"] = "P-" + std::to_string(bits);
            made["x"] = number(OSSL_PKEY_PARAM_EC_PUB_X, number_bytes());
            made["y"] = number(OSSL_PKEY_PARAM_EC_PUB_Y, number_bytes());
        } else {
            std::string x(32, '\0');
            std::size_t size = x.size();
            EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(x.data()), &size);
            made["kty"] = "OKP";
            made["crv"] = "Ed25519";
            made["x"] = encode_base64url(x);
        }
        return made;
    }

    /// A signature of `text` as it stands in a token.
    std::string sign(std::string_view text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
        EVP_PKEY_CTX* of_key = nullptr;
        const EVP_MD* hash = algorithm_ == "EdDSA"         ? nullptr
                             : algorithm_.ends_with("256") ? EVP_sha256()
                             : algorithm_.ends_with("384") ? EVP_sha384()
                                                           : EVP_sha512();
        EVP_DigestSignInit(context.get(), &of_key, hash, nullptr, key_.get());
        if (algorithm_.starts_with("PS")) {
            EVP_PKEY_CTX_set_rsa_padding(of_key, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, RSA_PSS_SALTLEN_DIGEST);
        }
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
        std::size_t size = 0;
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
        std::string made(size, '\0');
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, bytes, text.size());
        made.resize(size);
        return EVP_PKEY_is_a(key_.get(), "EC") ? of_der(made) : made;
    }

private:
    static EVP_PKEY* make(const std::string& algorithm) {
        if (algorithm == "ES256") return EVP_EC_gen("P-256");
        if (algorithm == "ES384") return EVP_EC_gen("P-384");
        if (algorithm == "ES512") return EVP_EC_gen("P-521");
        if (algorithm == "EdDSA") return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        return EVP_RSA_gen(2048);
    }

    std::size_t number_bytes() const { return (static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get())) + 7) / 8; }

    std::string number(const char* name, std::size_t size) const {
        BIGNUM* read = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &read);
        std::string bytes(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(read)), '\0');
        BN_bn2binpad(read, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
        BN_free(read);
        return encode_base64url(bytes);
    }

    // The two numbers of an ECDSA signature, one behind the other.
    std::string of_der(const std::string& der) const {
        const auto* from = reinterpret_cast<const unsigned char*>(der.data());
        ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size()));
        const std::size_t size = number_bytes();
        std::string both(2 * size, '\0');
        auto* to = reinterpret_cast<unsigned char*>(both.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(numbers), to, static_cast<int>(size));
        BN_bn2binpad(ECDSA_SIG_get0_s(numbers), to + size, static_cast<int>(size));
        ECDSA_SIG_free(numbers);
        return both;
    }

    std::string algorithm_;
    std::shared_ptr<EVP_PKEY> key_;
};

/// "HEADER.PAYLOAD", what is signed of a token.
inline std::string unsigned_token(const boost::json::object& header, std::string_view payload) {
    return encode_base64url(boost::json::serialize(header)) + "." + encode_base64url(payload);
}

/// A token with that header (and `alg`, where it says none) and those claims.
inline std::string make_token(const signing_key& by, boost::json::object header, const boost::json::object& claims) {
    if (!header.contains("alg")) header["alg"] = by.algorithm();
    const std::string text = unsigned_token(header, boost::json::serialize(claims));
    return text + "." + encode_base64url(by.sign(text));
}

/// Claims that any registry of service "registry.example" and issuer "tokens.example" believes for the next hour, to
/// which `access` may be added: {{"type", "repository"}, {"name", "team/net"}, {"actions", {"pull"}}}.
inline boost::json::object usual_claims(std::chrono::system_clock::time_point now, boost::json::array access = {}) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return {{"iss", "tokens.example"}, {"sub", "alice"}, {"aud", "registry.example"},  {"exp", seconds + 3600},
            {"nbf", seconds},          {"iat", seconds}, {"access", std::move(access)}};
}

/// One of `access`.
inline boost::json::object may(std::string_view name, boost::json::array actions,
                               std::string_view type = "repository") {
    return {{"type", type}, {"name", name}, {"actions", std::move(actions)}};
}

}  // namespace berth::test
