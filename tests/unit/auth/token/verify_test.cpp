#include "auth/token/verify.hpp"

#include "base/hash.hpp"
#include "support/certificate.hpp"
#include "support/temporary_directory.hpp"
#include "support/token.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth::auth {

namespace {

namespace json = boost::json;
using enum token_refusal;
using test::make_token;
using test::signing_key;
using namespace std::chrono_literals;

// Plain base64, as x5c has it.
std::string base64(const std::string& bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                    static_cast<int>(bytes.size()));
    return text;
}

json::array x5c(std::initializer_list<test::certificate> chain) {
    json::array list;
    for (const auto& each : chain) list.emplace_back(base64(each.der()));
    return list;
}

// A bundle with one authority and the certificate of one key, and a key set with one key of each sort.
class verify_token_test : public testing::Test {
protected:
    const test::temporary_directory folder;
    const wall_time now = std::chrono::system_clock::now();
    const signing_key p256{"ES256"}, ed25519{"EdDSA"}, in_bundle{"ES256"}, foreign{"ES256"};
    const test::certificate authority{"authority", ""}, of_key{"signer", "DNS:signer", in_bundle.key()};
    token_rules rules{.issuer = "tokens.example",
                      .service = "registry.example",
                      .algorithms = {signature_algorithm::es256, signature_algorithm::eddsa}};
    std::optional<trusted_keys> keys;

    std::string write(const std::string& name, const std::string& text) const {
        const std::string path = folder.path() / name;
        std::ofstream{path} << text;
        return path;
    }

    void SetUp() override {
        json::object only = ed25519.jwk("ed");
        only["alg"] = "EdDSA";
        const json::object set{{"keys", json::array{p256.jwk("p"), only}}};
        keys.emplace(key_files{.root_cert_bundle = write("bundle.pem", authority.pem() + of_key.pem()),
                               .jwks = write("keys.json", json::serialize(set))});
    }

    result<claims, token_refusal> verify(const std::string& token) const {
        return verify_token(token, *keys, rules, now);
    }

    // Why it is refused; nothing where it is not.
    std::optional<token_refusal> refusal(const std::string& token) const {
        const auto said = verify(token);
        if (said) return std::nullopt;
        return said.error();
    }

    json::object usual() const { return test::usual_claims(now, {test::may("team/net", {"pull", "push"})}); }
    json::object usual_with(std::string_view name, json::value value) const {
        json::object made = usual();
        made[name] = std::move(value);
        return made;
    }
    double in(std::chrono::seconds later) const {
        return std::chrono::duration<double>((now + later).time_since_epoch()).count();
    }
};

}  // namespace

TEST_F(verify_token_test, says_who_may_do_what) {
    const auto said = verify(make_token(p256, {{"kid", "p"}}, usual()));
    ASSERT_TRUE(said);
    EXPECT_EQ(said->subject, "alice");
    EXPECT_EQ(said->allowed,
              (std::vector<access>{{"repository", "team/net", "pull"}, {"repository", "team/net", "push"}}));
}

TEST_F(verify_token_test, finds_the_key_by_each_name_that_it_has) {
    const public_key key = *public_key::of(in_bundle.key());
    EXPECT_TRUE(verify(make_token(in_bundle, {{"kid", key.libtrust_id()}}, usual())));
    EXPECT_TRUE(verify(make_token(in_bundle, {{"kid", key.thumbprint()}}, usual())));
    EXPECT_TRUE(verify(make_token(ed25519, {{"kid", "ed"}}, usual())));
}

TEST_F(verify_token_test, refuses_a_token_whose_kid_is_that_of_another_key_or_of_none) {
    EXPECT_EQ(refusal(make_token(foreign, {{"kid", "p"}}, usual())), bad_signature);
    EXPECT_EQ(refusal(make_token(in_bundle, {{"kid", "p"}}, usual())), bad_signature);
    EXPECT_EQ(refusal(make_token(p256, {{"kid", "unknown"}}, usual())), unknown_key);
    EXPECT_EQ(refusal(make_token(p256, {}, usual())), unknown_key);
}

TEST_F(verify_token_test, takes_a_jwk_for_the_name_of_a_trusted_key_and_never_for_a_key) {
    EXPECT_TRUE(verify(make_token(in_bundle, {{"jwk", in_bundle.jwk()}}, usual())));
    EXPECT_EQ(refusal(make_token(foreign, {{"jwk", foreign.jwk()}}, usual())), unknown_key);
    EXPECT_EQ(refusal(make_token(foreign, {{"jwk", foreign.jwk("p")}}, usual())), unknown_key);
    EXPECT_EQ(refusal(make_token(foreign, {{"jwk", foreign.jwk("p")}, {"kid", "p"}}, usual())), unknown_key);
    EXPECT_EQ(refusal(make_token(foreign, {{"jwk", p256.jwk()}}, usual())), bad_signature);
    json::object none;
    EXPECT_EQ(refusal(make_token(foreign, {{"jwk", none}}, usual())), unknown_key);
}

TEST_F(verify_token_test, does_not_look_at_addresses_of_keys) {
    EXPECT_EQ(refusal(make_token(foreign, {{"jku", "http://127.0.0.1/keys"}, {"x5u", "http://127.0.0.1/x"}}, usual())),
              unknown_key);
    EXPECT_TRUE(verify(make_token(p256, {{"kid", "p"}, {"jku", "http://127.0.0.1/keys"}}, usual())));
}

TEST_F(verify_token_test, believes_the_key_that_an_authority_of_the_bundle_vouches_for) {
    const signing_key leaf{"ES256"}, other{"ES256"};
    const test::certificate of_leaf{"leaf", authority, "DNS:leaf", leaf.key()};
    EXPECT_TRUE(verify(make_token(leaf, {{"x5c", x5c({of_leaf})}}, usual())));
    EXPECT_TRUE(verify(make_token(in_bundle, {{"x5c", x5c({of_key})}}, usual())));
    json::object jwk = leaf.jwk();
    jwk["x5c"] = x5c({of_leaf});
    EXPECT_TRUE(verify(make_token(leaf, {{"jwk", jwk}}, usual())));
    EXPECT_EQ(refusal(make_token(other, {{"x5c", x5c({of_leaf})}}, usual())), bad_signature);
    EXPECT_EQ(refusal(make_token(other, {{"x5c", x5c({of_leaf, of_leaf})}}, usual())), bad_signature);
}

TEST_F(verify_token_test, believes_no_other_certificates) {
    const signing_key leaf{"ES256"};
    const test::certificate liar{"authority", ""};  // the authority's name, and a key of its own
    const test::certificate of_leaf{"leaf", liar, "DNS:leaf", leaf.key()}, self{"leaf", "DNS:leaf", leaf.key()};
    EXPECT_EQ(refusal(make_token(leaf, {{"x5c", x5c({of_leaf})}}, usual())), chain);
    EXPECT_EQ(refusal(make_token(leaf, {{"x5c", x5c({of_leaf, liar})}}, usual())), chain);
    EXPECT_EQ(refusal(make_token(leaf, {{"x5c", x5c({of_leaf, authority})}}, usual())), chain);
    EXPECT_EQ(refusal(make_token(leaf, {{"x5c", x5c({self})}}, usual())), chain);
    // Also where a good name stands beside them.
    EXPECT_EQ(refusal(make_token(p256, {{"kid", "p"}, {"x5c", x5c({self})}}, usual())), chain);
    // A certificate that is no authority's vouches for nobody, unless the bundle has it.
    const signing_key middle{"ES256"};
    const test::certificate of_middle{"middle", authority, "DNS:middle", middle.key()},
        below{"leaf", of_middle, "DNS:leaf", leaf.key()};
    EXPECT_EQ(refusal(make_token(leaf, {{"x5c", x5c({below, of_middle})}}, usual())), chain);
}

TEST_F(verify_token_test, believes_a_chain_only_while_its_certificates_are_valid) {
    const signing_key leaf{"ES256"};
    const test::certificate of_leaf{"leaf", authority, "DNS:leaf", leaf.key()};
    const std::string token = make_token(leaf, {{"x5c", x5c({of_leaf})}}, usual_with("exp", in(1000h)));
    EXPECT_TRUE(verify_token(token, *keys, rules, now));
    const auto late = verify_token(token, *keys, rules, now + 2h);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error(), chain);
}

TEST_F(verify_token_test, refuses_a_token_that_is_not_signed) {
    std::string bare = test::unsigned_token({{"alg", "none"}, {"kid", "p"}}, json::serialize(usual()));
    EXPECT_EQ(refusal(bare + "."), algorithm);
    bare = test::unsigned_token({{"alg", "ES256"}, {"kid", "p"}}, json::serialize(usual()));
    EXPECT_EQ(refusal(bare + "."), bad_signature);
    EXPECT_EQ(refusal(bare), malformed);
}

TEST_F(verify_token_test, refuses_a_public_key_as_a_shared_secret) {
    const std::string text = test::unsigned_token({{"alg", "HS256"}, {"kid", "p"}}, json::serialize(usual()));
    const sha256_bytes mac = hmac_sha256(of_key.pem(), text);
    EXPECT_EQ(refusal(text + "." + encode_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()})),
              algorithm);
}

TEST_F(verify_token_test, refuses_algorithms_that_are_not_listed_or_not_for_the_key) {
    rules.algorithms = {signature_algorithm::eddsa};
    EXPECT_EQ(refusal(make_token(p256, {{"kid", "p"}}, usual())), algorithm);
    EXPECT_TRUE(verify(make_token(ed25519, {{"kid", "ed"}}, usual())));
    rules.algorithms = {signature_algorithm::es256, signature_algorithm::es384};
    EXPECT_EQ(refusal(make_token(p256, {{"kid", "ed"}}, usual())), algorithm);  // the key set says alg: EdDSA
    EXPECT_EQ(refusal(make_token(p256, {{"kid", "p"}, {"alg", "ES384"}}, usual())), bad_signature);
}

TEST_F(verify_token_test, refuses_another_issuer_and_another_audience) {
    const json::object header{{"kid", "p"}};
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("iss", "other.example"))), issuer);
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("iss", nullptr))), issuer);
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("aud", "other.example"))), audience);
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("aud", "registry.example.org"))), audience);
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("aud", json::array{}))), audience);
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("aud", nullptr))), audience);
    EXPECT_TRUE(verify(make_token(p256, header, usual_with("aud", json::array{"other", "registry.example"}))));
}

TEST_F(verify_token_test, believes_a_token_in_its_time_and_a_minute_around_it) {
    const json::object header{{"kid", "p"}};
    EXPECT_TRUE(verify(make_token(p256, header, usual_with("exp", in(-59s)))));
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("exp", in(-61s)))), expired);
    EXPECT_TRUE(verify(make_token(p256, header, usual_with("nbf", in(59s)))));
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("nbf", in(61s)))), not_yet);
    json::object eternal = usual();
    eternal.erase("exp");
    EXPECT_EQ(refusal(make_token(p256, header, eternal)), expired);
    eternal = usual();
    eternal.erase("nbf");
    EXPECT_TRUE(verify(make_token(p256, header, eternal)));
}

TEST_F(verify_token_test, refuses_what_is_no_token) {
    const std::string good = make_token(p256, {{"kid", "p"}}, usual());
    const std::size_t first = good.find('.'), second = good.rfind('.');
    for (const std::string& token :
         {std::string{}, std::string{"."}, std::string{".."}, std::string{"..."}, good + ".", good + "=",
          good + "." + good, good.substr(0, second), good.substr(first), "{}" + good, std::string(100'000, 'a'),
          std::string(40'000, 'a') + "." + std::string(40'000, 'a') + ".aaaa"})
        EXPECT_EQ(refusal(token), malformed) << token.substr(0, 100);
}

TEST_F(verify_token_test, refuses_names_that_occur_twice) {
    auto sign = [&](std::string_view header, std::string_view payload) {
        const std::string text = encode_base64url(header) + "." + encode_base64url(payload);
        return text + "." + encode_base64url(p256.sign(text));
    };
    const std::string claims = json::serialize(usual());
    EXPECT_TRUE(verify(sign(R"({"alg":"ES256","kid":"p"})", claims)));
    EXPECT_EQ(refusal(sign(R"({"alg":"none","alg":"ES256","kid":"p"})", claims)), malformed);
    EXPECT_EQ(refusal(sign(R"({"alg":"ES256","kid":"q","kid":"p"})", claims)), malformed);
    EXPECT_EQ(refusal(sign(R"({"alg":"ES256","kid":"p"})", R"({"iss":"x",)" + claims.substr(1))), malformed);
    EXPECT_EQ(refusal(sign(R"({"alg":"ES256","kid":"p"})", claims + "{}")), malformed);
}

TEST_F(verify_token_test, refuses_extensions_that_must_be_understood) {
    EXPECT_EQ(refusal(make_token(p256, {{"kid", "p"}, {"crit", json::array{"b64"}}, {"b64", false}}, usual())),
              malformed);
    EXPECT_TRUE(verify(make_token(p256, {{"kid", "p"}, {"typ", "JWT"}, {"cty", "x"}}, usual())));
}

TEST_F(verify_token_test, refuses_claims_of_other_types) {
    const json::object header{{"kid", "p"}};
    for (const auto& [name, value] : json::object{{"iss", 5},
                                                  {"sub", json::array{}},
                                                  {"aud", 5},
                                                  {"exp", "never"},
                                                  {"nbf", true},
                                                  {"access", json::object{}}}) {
        EXPECT_EQ(refusal(make_token(p256, header, usual_with(name, value))), malformed) << name;
    }
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("aud", json::array{5}))), malformed);
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("access", json::array{5}))), malformed);
    EXPECT_EQ(refusal(make_token(p256, header, usual_with("access", json::array{json::object{{"actions", "pull"}}}))),
              malformed);
}

}  // namespace berth::auth
