#include "auth/token/key_source.hpp"

#include "support/temporary_directory.hpp"
#include "support/token.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace berth::auth {

namespace {

namespace json = boost::json;
using test::signing_key;

class key_files_test : public testing::Test {
protected:
    const test::temporary_directory folder;
    const std::string bundle = folder.path() / "bundle.pem", jwks = folder.path() / "keys.json";
    const signing_key one{"ES256"}, two{"ES256"};

    static void put(const std::string& path, const std::string& text) {
        std::ofstream{path + ".new"} << text;
        std::filesystem::rename(path + ".new", path);
    }
    static std::string set_of(const json::array& keys) { return json::serialize(json::object{{"keys", keys}}); }

    static std::string refusal_of(const key_files& files) {
        try {
            trusted_keys{files};
        } catch (const option_error& error) {
            return error.what();
        }
        return "";
    }
    static void expect_refusal(const key_files& files, const std::string& beginning) {
        EXPECT_TRUE(refusal_of(files).starts_with(beginning)) << refusal_of(files);
    }
};

}  // namespace

TEST_F(key_files_test, of_no_use_are_refused_with_the_option_that_names_them) {
    expect_refusal({}, "rootcertbundle: is missing");
    expect_refusal({.root_cert_bundle = bundle}, "rootcertbundle: " + bundle + " cannot be read");
    put(bundle, "");
    expect_refusal({.root_cert_bundle = bundle}, "rootcertbundle: " + bundle + " holds no certificate");
    put(bundle, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect_refusal({.root_cert_bundle = bundle}, "rootcertbundle: " + bundle + " holds a damaged certificate");
    put(bundle, test::certificate{"weak", "DNS:weak", {EVP_RSA_gen(1024), EVP_PKEY_free}}.pem());
    expect_refusal({.root_cert_bundle = bundle}, "rootcertbundle: " + bundle + " holds a certificate with a key");
    expect_refusal({.jwks = jwks}, "jwks: " + jwks + " cannot be read");
    for (const char* text : {"", "[]", "{}", R"({"keys": {}})", R"({"keys": [], "keys": []})"}) {
        put(jwks, text);
        expect_refusal({.jwks = jwks}, "jwks: " + jwks + " is no JSON Web Key Set");
    }
    put(jwks, set_of({}));
    expect_refusal({.jwks = jwks}, "jwks: " + jwks + " holds no key");
}

TEST_F(key_files_test, may_hold_other_keys_which_are_passed_over) {
    auto with = [](json::object jwk, std::string_view name, json::value value) {
        jwk[name] = std::move(value);
        return jwk;
    };
    put(jwks,
        set_of({with(one.jwk("use"), "use", "enc"), with(one.jwk("ops"), "key_ops", json::array{"encrypt"}),
                with(one.jwk("alg"), "alg", "ECDH-ES"), json::object{{"kty", "oct"}, {"k", "AAAA"}, {"kid", "oct"}},
                with(one.jwk("kid"), "kid", 5), 5,
                with(with(with(two.jwk("two"), "use", "sig"), "key_ops", json::array{"verify"}), "alg", "ES256")}));
    const trusted_keys keys{{.jwks = jwks}};
    for (const char* id : {"use", "ops", "alg", "oct", "kid", "5", ""}) EXPECT_FALSE(keys.find(id)) << id;
    ASSERT_TRUE(keys.find("two"));
    EXPECT_EQ(keys.find("two")->only, signature_algorithm::es256);
    EXPECT_EQ(keys.find_by_thumbprint(*jwk_thumbprint(two.jwk())),
              keys.find_by_thumbprint(public_key::of(two.key())->thumbprint()));
    EXPECT_FALSE(keys.find_by_thumbprint(*jwk_thumbprint(one.jwk())));
    EXPECT_FALSE(keys.find_by_thumbprint(""));
}

TEST_F(key_files_test, give_a_key_without_a_name_its_thumbprint) {
    put(jwks, set_of({one.jwk()}));
    EXPECT_TRUE((trusted_keys{{.jwks = jwks}}).find(*jwk_thumbprint(one.jwk())));
}

TEST_F(key_files_test, that_change_are_read_again_after_a_second) {
    put(jwks, set_of({one.jwk("one")}));
    std::chrono::steady_clock::time_point time;
    key_source source{{.jwks = jwks}, [&] { return time; }};
    const auto before = source.now();
    put(jwks, set_of({two.jwk("two")}));
    EXPECT_EQ(source.now(), before);
    time += std::chrono::seconds{1};
    EXPECT_TRUE(source.now()->find("two"));
    EXPECT_FALSE(source.now()->find("one"));
    EXPECT_TRUE(before->find("one"));
}

TEST_F(key_files_test, that_are_of_no_use_any_more_leave_the_keys_as_they_were) {
    put(jwks, set_of({one.jwk("one")}));
    std::chrono::steady_clock::time_point time;
    key_source source{{.jwks = jwks}, [&] { return time; }};
    const auto before = source.now();
    put(jwks, "{");
    time += std::chrono::seconds{1};
    EXPECT_EQ(source.now(), before);
    std::filesystem::remove(jwks);
    time += std::chrono::seconds{1};
    EXPECT_EQ(source.now(), before);
    put(jwks, set_of({two.jwk("two")}));
    time += std::chrono::seconds{1};
    EXPECT_TRUE(source.now()->find("two"));
}

TEST_F(key_files_test, are_read_again_at_once_on_request) {
    put(jwks, set_of({one.jwk("one")}));
    key_source source{{.jwks = jwks}, [] { return std::chrono::steady_clock::time_point{}; }};
    put(jwks, set_of({two.jwk("two")}));
    source.reread();
    EXPECT_TRUE(source.now()->find("two"));
}

}  // namespace berth::auth
