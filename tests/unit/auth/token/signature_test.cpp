#include "auth/token/signature.hpp"

#include "support/token.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace berth::auth {

namespace {

public_key public_half(const test::signing_key& key) {
    return *public_key::of(key.key());
}

bool verifies(std::string_view jwk, std::string_view algorithm, std::string_view token) {
    const auto key = public_key::of_jwk(boost::json::parse(jwk).as_object());
    const std::size_t dot = token.rfind('.');
    return is_signed_by(*key, *find_signature_algorithm(algorithm), token.substr(0, dot),
                        *decode_base64url(token.substr(dot + 1)));
}

}  // namespace

TEST(signature, is_found_good_in_the_specifications_examples) {
    // RFC 7515, A.3
    EXPECT_TRUE(verifies(
        R"({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
        "ES256",
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"));
    // RFC 8037, A.4
    EXPECT_TRUE(verifies(
        R"({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})", "EdDSA",
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR"
        "4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"));
}

TEST(signature, counts_for_its_text_its_key_and_its_algorithm_alone) {
    const test::signing_key rsa{"RS256"};
    for (const std::string_view name : signature_algorithm_names) {
        const test::signing_key key = name.starts_with("RS") || name.starts_with("PS")
                                          ? rsa.with(std::string{name})
                                          : test::signing_key{std::string{name}};
        const auto algorithm = *find_signature_algorithm(name);
        std::string good = key.sign("text");
        EXPECT_TRUE(is_signed_by(public_half(key), algorithm, "text", good)) << name;
        EXPECT_FALSE(is_signed_by(public_half(key), algorithm, "texts", good)) << name;
        EXPECT_FALSE(is_signed_by(public_half(key), algorithm, "text", good + '\0')) << name;
        EXPECT_FALSE(is_signed_by(public_half(key), algorithm, "text", good.substr(1))) << name;
        EXPECT_FALSE(is_signed_by(public_half(key), algorithm, "text", "")) << name;
        for (const std::string_view other : signature_algorithm_names) {
            const bool counts = is_signed_by(public_half(key), *find_signature_algorithm(other), "text", good);
            EXPECT_EQ(counts, other == name) << name << " as " << other;
        }
        good.back() ^= 1;
        EXPECT_FALSE(is_signed_by(public_half(key), algorithm, "text", good)) << name;
    }
    EXPECT_FALSE(
        is_signed_by(public_half(test::signing_key{"RS256"}), signature_algorithm::rs256, "text", rsa.sign("text")));
}

TEST(signature, of_zeros_is_none) {
    const test::signing_key key{"ES256"};
    EXPECT_FALSE(is_signed_by(public_half(key), signature_algorithm::es256, "text", std::string(64, '\0')));
    EXPECT_FALSE(is_signed_by(public_half(key), signature_algorithm::es256, "text", std::string(64, '\xff')));
}

TEST(signature_algorithm, is_called_by_its_exact_name_and_never_none_or_a_shared_secret) {
    EXPECT_EQ(find_signature_algorithm("PS384"), signature_algorithm::ps384);
    for (const char* name : {"", "none", "None", "HS256", "HS384", "HS512", "rs256", "RS256 ", "ES256K", "RS1"})
        EXPECT_EQ(find_signature_algorithm(name), std::nullopt) << name;
}

}  // namespace berth::auth
