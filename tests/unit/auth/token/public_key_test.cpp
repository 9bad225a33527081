#include "auth/token/public_key.hpp"

#include "support/certificate.hpp"
#include "support/token.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace berth::auth {

namespace {

boost::json::object object(std::string_view text) {
    return boost::json::parse(text).as_object();
}

// RFC 7515, A.3.1.
const boost::json::object p256_example = object(R"({"kty": "EC", "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
// RFC 7638, 3.1.
const boost::json::object rsa_example = object(R"({"kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29", "n":
"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"})");
// RFC 8037, A.2.
const boost::json::object ed25519_example =
    object(R"({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");

}  // namespace

TEST(public_key, has_the_thumbprint_of_the_specifications_examples) {
    EXPECT_EQ(public_key::of_jwk(rsa_example)->thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    EXPECT_EQ(public_key::of_jwk(ed25519_example)->thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    EXPECT_EQ(public_key::of_jwk(p256_example)->thumbprint(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

TEST(public_key, has_the_id_that_libtrust_gives_it) {
    EXPECT_EQ(public_key::of_jwk(p256_example)->libtrust_id(),
              "FPI3:WDCE:VCL4:GCT2:UCMR:ZXRY:3ADC:7ZCB:3ZIN:UD2G:QJJU:J5QC");
}

TEST(public_key, is_the_same_whether_openssl_or_a_jwk_brings_it) {
    for (const char* algorithm : {"RS256", "ES256", "ES384", "ES512", "EdDSA"}) {
        const test::signing_key made{algorithm};
        const auto direct = public_key::of(made.key()), read = public_key::of_jwk(made.jwk());
        ASSERT_TRUE(direct && read) << algorithm;
        EXPECT_EQ(direct->what(), read->what());
        EXPECT_EQ(direct->thumbprint(), read->thumbprint());
        EXPECT_EQ(direct->libtrust_id(), read->libtrust_id());
        EXPECT_EQ(jwk_thumbprint(made.jwk()), direct->thumbprint());
    }
}

TEST(public_key, is_not_of_a_kind_that_no_token_is_signed_with) {
    EXPECT_FALSE(public_key::of({EVP_RSA_gen(1024), EVP_PKEY_free}));
    EXPECT_FALSE(public_key::of({EVP_EC_gen("secp256k1"), EVP_PKEY_free}));
    EXPECT_FALSE(public_key::of({EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), EVP_PKEY_free}));
    EXPECT_FALSE(public_key::of(nullptr));
}

TEST(public_key, is_not_made_of_a_jwk_that_is_none) {
    for (const char* text : {
             R"({})",
             R"({"kty": "oct", "k": "AAAA"})",
             R"({"kty": "RSA", "e": "AQAB"})",
             R"({"kty": "RSA", "e": "AQAB", "n": "!"})",
             R"({"kty": "RSA", "e": "AQAB", "n": ""})",
             R"({"kty": "RSA", "e": "AQAB", "n": 5})",
             R"({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"})",
             R"({"kty": "OKP", "crv": "X25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
             R"({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})",
             // not a point of the curve
             R"({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                 "y": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})",
             R"({"kty": "EC", "crv": "P-384", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                 "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
         })
        EXPECT_FALSE(public_key::of_jwk(object(text))) << text;
}

TEST(jwk_thumbprint, is_nothing_without_all_that_makes_up_the_key) {
    for (const char* text :
         {R"({})", R"({"kty": "oct", "k": "AAAA"})", R"({"kty": "RSA", "e": "AQAB"})",
          R"({"kty": "EC", "crv": "P-256", "x": "AAAA"})", R"({"kty": "EC", "crv": "\"", "x": "AAAA", "y": "AAAA"})",
          R"({"kty": "OKP", "x": "AAAA"})"})
        EXPECT_FALSE(jwk_thumbprint(object(text))) << text;
}

}  // namespace berth::auth
