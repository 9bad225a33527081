#include "auth/token/public_key.hpp"
#include "base/hash.hpp"
#include "support/certificate.hpp"
#include "support/running_app.hpp"
#include "support/temporary_directory.hpp"
#include "support/token.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace berth {

namespace {

namespace json = boost::json;
using http::verb;
using test::answer;
using test::make_token;
using test::may;

// A registry that trusts one key, by a bundle with its certificate.
class token_auth : public testing::Test {
protected:
    const test::temporary_directory folder_;
    const test::signing_key key_{"ES256"}, foreign_{"ES256"};
    const test::certificate certificate_{"tokens", "DNS:tokens", key_.key()};
    const std::string bundle_ = folder_.path() / "bundle.pem";
    std::optional<test::running_app> app_;

    void SetUp() override {
        certificate_.write_certificate(bundle_);
        app_.emplace(yaml());
    }

    std::string yaml(const std::string& more = {}) const {
        return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
               "storage: {inmemory: {}, delete: {enabled: true}}\nhttp: {addr: 127.0.0.1:0}\n"
               "auth: {token: {realm: 'https://tokens.example/token', service: registry.example, issuer: "
               "tokens.example, rootcertbundle: '" +
               bundle_ + "'" + more + "}}\n";
    }

    json::object header() const { return {{"kid", auth::public_key::of(key_.key())->libtrust_id()}}; }
    json::object claims(json::array access = {may("a", {"pull", "push"})}) const {
        return test::usual_claims(std::chrono::system_clock::now(), std::move(access));
    }
    json::object claims_with(std::string_view name, json::value value) const {
        json::object made = claims();
        made[name] = std::move(value);
        return made;
    }
    std::string token(json::array access) const { return make_token(key_, header(), claims(std::move(access))); }

    answer send(verb method, const std::string& target, const std::string& token, const std::string& body = {}) {
        return app_->send(method, target, body, {{"Authorization", "Bearer " + token}});
    }
    // Whether a token is worth nothing: not even who asks is known.
    void expect_worthless(const std::string& token) {
        for (const char* target : {"/v2/", "/v2/a/tags/list"}) {
            const answer got = send(verb::get, target, token);
            EXPECT_EQ(got.code, 401u) << target;
            EXPECT_TRUE(got.header("WWW-Authenticate").ends_with(R"(,error="invalid_token")"))
                << got.header("WWW-Authenticate");
        }
    }
    std::string push_blob(const std::string& repository, const std::string& bytes) {
        const std::string writer = token({may(repository, {"pull", "push"})});
        const std::string digest = oci::digest::of(bytes).str();
        const answer pushed = send(verb::post, "/v2/" + repository + "/blobs/uploads/?digest=" + digest, writer, bytes);
        EXPECT_EQ(pushed.code, 201u) << pushed.body;
        return digest;
    }
};

}  // namespace

TEST_F(token_auth, tells_a_stranger_where_to_get_a_token_for_what) {
    const std::string service = R"(Bearer realm="https://tokens.example/token",service="registry.example")";
    EXPECT_EQ(app_->get("/v2/").header("WWW-Authenticate"), service);
    EXPECT_EQ(app_->get("/v2/a/tags/list").header("WWW-Authenticate"), service + R"(,scope="repository:a:pull")");
    EXPECT_EQ(app_->send(verb::post, "/v2/a/blobs/uploads/").header("WWW-Authenticate"),
              service + R"(,scope="repository:a:pull,push")");
    EXPECT_EQ(app_->get("/v2/_catalog").header("WWW-Authenticate"), service + R"(,scope="registry:catalog:*")");
}

TEST_F(token_auth, lets_a_token_do_what_it_lists) {
    const std::string digest = push_blob("a", "bytes");
    EXPECT_EQ(send(verb::get, "/v2/a/blobs/" + digest, token({may("a", {"pull"})})).body, "bytes");
    EXPECT_EQ(send(verb::get, "/v2/", token({})).code, 200u);
    EXPECT_EQ(send(verb::get, "/v2/a/blobs/" + digest,
                   make_token(key_, header(), claims_with("aud", json::array{"other", "registry.example"})))
                  .code,
              200u);
}

TEST_F(token_auth, is_for_nothing_that_a_token_does_not_list) {
    const std::string digest = push_blob("a", "bytes");
    const std::string blob = "/v2/a/blobs/" + digest, uploads = "/v2/a/blobs/uploads/";
    for (const std::string& enough_for_nothing :
         {token({}), token({may("b", {"pull", "push", "delete", "*"})}), token({may("*", {"*"})}),
          token({may("a", {"*"}, "registry")}), token({may("a/b", {"*"})}), token({may("A", {"*"})})}) {
        for (const verb method : {verb::get, verb::head, verb::delete_}) {
            const answer got = send(method, blob, enough_for_nothing);
            EXPECT_EQ(got.code, 401u);
            EXPECT_TRUE(got.header("WWW-Authenticate").ends_with(R"(,error="insufficient_scope")"));
        }
        EXPECT_EQ(send(verb::post, uploads, enough_for_nothing).code, 401u);
    }
    // A push reads too, as registry:2 sees it.
    EXPECT_EQ(send(verb::post, uploads, token({may("a", {"push"})})).code, 401u);
    EXPECT_EQ(send(verb::post, uploads, token({may("a", {"pull"})})).code, 401u);
    EXPECT_EQ(send(verb::post, uploads, token({may("a", {"push"}), may("a", {"pull"})})).code, 202u);
}

TEST_F(token_auth, takes_deleting_for_an_action_of_its_own) {
    const std::string blob = "/v2/a/blobs/" + push_blob("a", "bytes");
    EXPECT_EQ(send(verb::delete_, blob, token({may("a", {"pull", "push"})})).code, 401u);
    EXPECT_EQ(send(verb::get, blob, token({may("a", {"delete"})})).code, 401u);
    EXPECT_EQ(send(verb::delete_, blob, token({may("a", {"delete"})})).code, 202u);
}

TEST_F(token_auth, mounts_only_what_may_be_pulled) {
    const std::string digest = push_blob("a", "bytes");
    const std::string mount = "/v2/b/blobs/uploads/?mount=" + digest + "&from=a";
    EXPECT_EQ(send(verb::post, mount, token({may("b", {"pull", "push"})})).code, 401u);
    EXPECT_EQ(send(verb::post, mount, token({may("b", {"pull", "push"}), may("a", {"push"})})).code, 401u);
    EXPECT_EQ(send(verb::post, mount, token({may("b", {"pull", "push"}), may("a", {"pull"})})).code, 201u);
    // Without a source it is looked for where the client may read, else whoever knows a digest could read it.
    const std::string digest_of_other = push_blob("other", "more bytes");
    const std::string anywhere = "/v2/c/blobs/uploads/?mount=" + digest_of_other;
    EXPECT_EQ(send(verb::post, anywhere, token({may("c", {"pull", "push"})})).code, 202u);
    EXPECT_EQ(send(verb::post, anywhere, token({may("c", {"pull", "push"}), may("other", {"push"})})).code, 202u);
    EXPECT_EQ(send(verb::post, anywhere, token({may("c", {"pull", "push"}), may("other", {"pull"})})).code, 201u);
}

TEST_F(token_auth, reads_what_ns_names_only_where_it_may_be_pulled) {
    const std::string target = "/v2/a/blobs/" + push_blob("docker.io/a", "bytes") + "?ns=docker.io";
    EXPECT_EQ(send(verb::get, target, token({may("a", {"pull"})})).code, 404u);
    EXPECT_EQ(send(verb::get, target, token({may("docker.io/a", {"pull"})})).code, 401u);
    EXPECT_EQ(send(verb::get, target, token({may("a", {"pull"}), may("docker.io/a", {"pull"})})).body, "bytes");
}

TEST_F(token_auth, keeps_what_is_the_nodes_for_a_right_of_its_own) {
    const unsigned cache_is_off = 409;
    for (const char* target : {"/berth/pins", "/berth/warm/a:v1"}) {
        EXPECT_EQ(send(verb::get, target, token({may("a", {"pull", "push", "delete", "*"}), may("node", {"*"})})).code,
                  401u);
        EXPECT_EQ(send(verb::get, target, token({may("node", {"*"}, "registry")})).code, cache_is_off);
    }
}

TEST_F(token_auth, lists_repositories_for_the_catalogs_own_right) {
    push_blob("a", "bytes");
    EXPECT_EQ(send(verb::get, "/v2/_catalog", token({may("a", {"*"}), may("catalog", {"*"})})).code, 401u);
    EXPECT_EQ(send(verb::get, "/v2/_catalog", token({may("catalog", {"pull"}, "registry")})).code, 401u);
    EXPECT_EQ(send(verb::get, "/v2/_catalog", token({may("catalog", {"*"}, "registry")})).code, 200u);
}

TEST_F(token_auth, believes_no_other_issuer) {
    expect_worthless(make_token(key_, header(), claims_with("iss", "other.example")));
}

TEST_F(token_auth, believes_no_token_for_another_service) {
    expect_worthless(make_token(key_, header(), claims_with("aud", "other.example")));
}

TEST_F(token_auth, believes_no_token_before_and_after_its_time) {
    const auto seconds = [](std::chrono::seconds later) {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   (std::chrono::system_clock::now() + later).time_since_epoch())
            .count();
    };
    expect_worthless(make_token(key_, header(), claims_with("exp", seconds(std::chrono::hours{-1}))));
    expect_worthless(make_token(key_, header(), claims_with("nbf", seconds(std::chrono::hours{1}))));
    expect_worthless(make_token(key_, header(), claims_with("exp", nullptr)));
}

TEST_F(token_auth, believes_no_token_that_says_it_needs_no_signature) {
    json::object unsigned_header = header();
    unsigned_header["alg"] = "none";
    const std::string text = test::unsigned_token(unsigned_header, json::serialize(claims()));
    expect_worthless(text + ".");
    expect_worthless(text + "." + encode_base64url(key_.sign(text)));
}

TEST_F(token_auth, believes_no_token_signed_with_the_public_key_as_a_secret) {
    json::object secret_header = header();
    secret_header["alg"] = "HS256";
    const std::string text = test::unsigned_token(secret_header, json::serialize(claims()));
    const sha256_bytes mac = hmac_sha256(certificate_.pem(), text);
    expect_worthless(text + "." + encode_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()}));
}

TEST_F(token_auth, believes_no_key_that_a_token_brings_along) {
    const test::certificate foreign{"tokens", "DNS:tokens", foreign_.key()};
    json::array chain{encode_base64(foreign.der())};
    for (const json::object& extra :
         {json::object{{"jwk", foreign_.jwk()}}, json::object{{"jwk", foreign_.jwk("k")}, {"kid", "k"}},
          json::object{{"jku", "http://127.0.0.1:1/keys"}}, json::object{{"x5u", "http://127.0.0.1:1/chain"}},
          json::object{{"x5c", chain}}}) {
        json::object all = header();
        for (const auto& [name, value] : extra) all[name] = value;
        expect_worthless(make_token(foreign_, all, claims()));
        expect_worthless(make_token(foreign_, extra, claims()));
    }
}

TEST_F(token_auth, believes_no_token_under_the_name_of_another_key) {
    expect_worthless(make_token(foreign_, header(), claims()));
    expect_worthless(make_token(foreign_, {{"kid", "other"}}, claims()));
    expect_worthless(make_token(key_, {{"kid", "other"}}, claims()));
}

TEST_F(token_auth, believes_a_certificate_of_the_bundle) {
    json::array chain{encode_base64(certificate_.der())};
    EXPECT_EQ(send(verb::get, "/v2/", make_token(key_, {{"x5c", chain}}, claims())).code, 200u);
}

TEST_F(token_auth, knows_keys_of_a_key_set_too) {
    const std::string jwks = folder_.path() / "keys.json";
    std::ofstream{jwks} << json::serialize(json::object{{"keys", json::array{foreign_.jwk("mine")}}});
    app_.reset();
    app_.emplace(yaml(", jwks: '" + jwks + "'"));
    EXPECT_EQ(send(verb::get, "/v2/", make_token(foreign_, {{"kid", "mine"}}, claims())).code, 200u);
    EXPECT_EQ(send(verb::get, "/v2/", make_token(key_, header(), claims())).code, 200u);
}

TEST_F(token_auth, believes_no_algorithm_that_is_not_listed) {
    app_.reset();
    app_.emplace(yaml(", signingalgorithms: [RS256, EdDSA]"));
    expect_worthless(make_token(key_, header(), claims()));
}

TEST_F(token_auth, sends_who_has_no_token_to_the_host_they_know_where_it_is_told_to) {
    app_.reset();
    app_.emplace(yaml(", autoredirect: true"));
    EXPECT_EQ(app_->get("/v2/", {{"Host", "registry.example"}}).header("WWW-Authenticate"),
              R"(Bearer realm="https://registry.example/auth/token/",service="registry.example")");
    EXPECT_EQ(
        app_->get("/v2/", {{"Host", "registry.example"}, {"X-Forwarded-Proto", "http"}}).header("WWW-Authenticate"),
        R"(Bearer realm="http://registry.example/auth/token/",service="registry.example")");
    app_.reset();
    app_.emplace(yaml(", autoredirect: true, autoredirectpath: /tokens"));
    EXPECT_EQ(app_->get("/v2/", {{"Host", "registry.example"}}).header("WWW-Authenticate"),
              R"(Bearer realm="https://registry.example/tokens",service="registry.example")");
}

TEST_F(token_auth, does_not_start_with_files_that_are_of_no_use) {
    std::filesystem::remove(bundle_);
    try {
        const test::running_app app{yaml()};
        ADD_FAILURE() << "it starts";
    } catch (const app::startup_error& error) {
        EXPECT_TRUE(std::string{error.what()}.starts_with("auth.token.rootcertbundle: " + bundle_)) << error.what();
    }
}

}  // namespace berth
