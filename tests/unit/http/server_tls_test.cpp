#include "http/server_tls.hpp"

#include "support/certificate.hpp"
#include "support/raw_client.hpp"
#include "support/temporary_directory.hpp"
#include "support/test_server.hpp"
#include "support/tls_client.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace berth::http {

using test::certificate;
using test::raw_client;
using test::tls_client;

namespace {

awaitable<response> say_hello(request& asked) {
    response answer;
    answer.body = asked.client_certificate_subject.value_or("nobody") + (asked.over_tls ? " over TLS" : "");
    co_return answer;
}

class server_tls_test : public testing::Test {
protected:
    const test::temporary_directory folder;
    const certificate authority{"authority", ""};
    const certificate server{"localhost", authority, "DNS:localhost"};
    const std::string certificate_file = folder.path() / "certificate.pem", key_file = folder.path() / "key.pem",
                      authority_file = folder.path() / "authority.pem";

    void SetUp() override {
        server.write_certificate(certificate_file);
        server.write_key(key_file);
        authority.write_certificate(authority_file);
    }

    tls_options usual() const { return {.certificate_file = certificate_file, .key_file = key_file}; }

    static void put(const std::string& file, const std::string& text) { std::ofstream{file} << text; }

    // What a server cannot be made with these says, without the folder.
    static std::string refusal_of(const tls_options& options) {
        try {
            server_tls{options};
        } catch (const tls_error& error) {
            return error.what();
        }
        return "";
    }

    /// Serves with such options.
    struct running {
        explicit running(tls_options options) : tls{std::move(options)} {}
        server_tls tls;
        test::test_server server{say_hello, session()};

        session_options session() const {
            session_options made;
            made.tls = &tls;
            made.handshake_timeout = std::chrono::milliseconds{300};
            return made;
        }
        std::uint16_t port() const { return server.port(); }
    };
};

}  // namespace

TEST_F(server_tls_test, serves_who_trusts_its_authority) {
    const running node{usual()};
    tls_client client{node.port(), {.trusted_file = authority_file}};
    EXPECT_TRUE(client.ask("GET", "/").ends_with("\r\n\r\nnobody over TLS"));
    const certificate other{"another", ""};
    other.write_certificate(authority_file);
    EXPECT_THROW((tls_client{node.port(), {.trusted_file = authority_file}}), boost::system::system_error);
}

TEST_F(server_tls_test, shows_the_certificates_between_its_own_and_the_authority) {
    const certificate between{"between", authority, ""};
    const certificate below{"localhost", between, "DNS:localhost"};
    below.write_key(key_file);
    below.write_certificate(certificate_file);
    {
        const running node{usual()};
        EXPECT_THROW((tls_client{node.port(), {.trusted_file = authority_file}}), boost::system::system_error);
    }
    put(certificate_file, below.pem() + between.pem());
    const running node{usual()};
    EXPECT_NO_THROW((tls_client{node.port(), {.trusted_file = authority_file}}));
}

TEST_F(server_tls_test, speaks_tls_1_2_and_1_3_and_nothing_older) {
    const running node{usual()};
    EXPECT_EQ((tls_client{node.port(), {}}.version()), "TLSv1.3");
    EXPECT_EQ((tls_client{node.port(), {.highest_version = TLS1_2_VERSION}}.version()), "TLSv1.2");
    EXPECT_THROW((tls_client{node.port(), {.highest_version = TLS1_1_VERSION, .cipher_list = "ALL:@SECLEVEL=0"}}),
                 boost::system::system_error);
    tls_options newest = usual();
    newest.tls_1_3_only = true;
    const running strict{newest};
    EXPECT_THROW((tls_client{strict.port(), {.highest_version = TLS1_2_VERSION}}), boost::system::system_error);
}

TEST_F(server_tls_test, takes_the_cipher_suites_that_are_named_and_no_others) {
    tls_options one = usual();
    one.cipher_suites = {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"};
    const running node{one};
    EXPECT_EQ((tls_client{node.port(), {.highest_version = TLS1_2_VERSION}}.cipher()), "ECDHE-ECDSA-AES256-GCM-SHA384");
    EXPECT_THROW(
        (tls_client{node.port(), {.highest_version = TLS1_2_VERSION, .cipher_list = "ECDHE-ECDSA-AES128-GCM-SHA256"}}),
        boost::system::system_error);
    one.cipher_suites = {"TLS_AES_128_GCM_SHA256"};
    const running strict{one};
    EXPECT_THROW((tls_client{strict.port(), {.highest_version = TLS1_2_VERSION}}), boost::system::system_error);
    EXPECT_EQ((tls_client{strict.port(), {}}.version()), "TLSv1.3");
}

namespace {

// With a client who shows `certificate_file` and `key_file`: "name", or "refused".
std::string name_of(std::uint16_t port, const tls_client::options& shown) {
    try {
        const std::string answer = tls_client{port, shown}.ask("GET", "/");
        return answer.substr(answer.find("\r\n\r\n") + 4);
    } catch (const boost::system::system_error&) {
        return "refused";
    }
}

}  // namespace

TEST_F(server_tls_test, lets_clients_in_by_their_certificates_and_takes_names_only_from_verified_ones) {
    const certificate other{"authority", ""};
    struct client {
        tls_client::options shown;
        std::string name;
    } known{{}, "alice over TLS"}, unknown{{}, "nobody over TLS"}, without{{}, "nobody over TLS"};
    const auto give = [&](client& to, const char* name, const certificate& by) {
        const certificate made{"alice", by, "DNS:alice"};
        to.shown.certificate_file = folder.path() / (std::string{name} + ".pem");
        to.shown.key_file = folder.path() / (std::string{name} + ".key");
        made.write_certificate(to.shown.certificate_file);
        made.write_key(to.shown.key_file);
    };
    give(known, "known", authority);
    give(unknown, "unknown", other);
    for (const bool required : {true, false})
        for (const bool verified : {true, false})
            for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
                SCOPED_TRACE(std::to_string(required) + std::to_string(verified) + std::to_string(version));
                tls_options options = usual();
                options.client_ca_files = {authority_file};
                options.client_certificate_required = required;
                options.client_certificate_verified = verified;
                const running node{options};
                for (client* each : {&known, &unknown, &without}) each->shown.highest_version = version;
                EXPECT_EQ(name_of(node.port(), known.shown), known.name);
                EXPECT_EQ(name_of(node.port(), unknown.shown), verified ? "refused" : unknown.name);
                EXPECT_EQ(name_of(node.port(), without.shown), required ? "refused" : without.name);
            }
}

TEST_F(server_tls_test, asks_for_no_certificate_where_nobody_can_vouch_for_one) {
    const running node{usual()};
    const tls_client::options shown{.certificate_file = certificate_file, .key_file = key_file};
    EXPECT_EQ(name_of(node.port(), shown), "nobody over TLS");
}

TEST_F(server_tls_test, takes_an_authority_that_another_one_vouches_for) {
    const certificate between{"between", authority, ""};
    const certificate client{"alice", between, "DNS:alice"};
    client.write_certificate(folder.path() / "client.pem");
    client.write_key(folder.path() / "client.key");
    tls_options options = usual();
    options.client_ca_files = {folder.path() / "between.pem"};
    between.write_certificate(options.client_ca_files.front());
    const running node{options};
    EXPECT_EQ(name_of(node.port(),
                      {.certificate_file = folder.path() / "client.pem", .key_file = folder.path() / "client.key"}),
              "alice over TLS");
}

TEST_F(server_tls_test, takes_no_name_with_a_zero_byte) {
    using namespace std::string_literals;
    const certificate client{"alice\0.evil"s, authority, "DNS:alice"};
    client.write_certificate(folder.path() / "client.pem");
    client.write_key(folder.path() / "client.key");
    tls_options options = usual();
    options.client_ca_files = {authority_file};
    const running node{options};
    EXPECT_EQ(name_of(node.port(),
                      {.certificate_file = folder.path() / "client.pem", .key_file = folder.path() / "client.key"}),
              "nobody over TLS");
}

TEST_F(server_tls_test, agrees_on_http_1_1_and_on_no_other_protocol) {
    const running node{usual()};
    EXPECT_EQ((tls_client{node.port(), {.offered = "http/1.1"}}.agreed()), "http/1.1");
    EXPECT_THROW((tls_client{node.port(), {.offered = "h2"}}), boost::system::system_error);
}

TEST_F(server_tls_test, tells_a_client_that_speaks_plain_http) {
    const running node{usual()};
    raw_client client{node.port()};
    client.send("GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")) << answer;
}

TEST_F(server_tls_test, closes_when_the_handshake_does_not_come_to_an_end) {
    const running node{usual()};
    raw_client silent{node.port()};
    EXPECT_EQ(silent.read_to_end(), "");
    raw_client slow{node.port()};
    slow.send("\x16\x03\x01");
    EXPECT_EQ(slow.read_to_end(), "");
    EXPECT_TRUE((tls_client{node.port(), {}}.ask("GET", "/").starts_with("HTTP/1.1 200 ")));
}

TEST_F(server_tls_test, says_which_file_is_wrong_and_why) {
    const auto expect = [&](const char* begin, const char* part) {
        const std::string why = refusal_of(usual());
        EXPECT_TRUE(why.starts_with(begin)) << why;
        EXPECT_NE(why.find(part), std::string::npos) << why;
    };
    const certificate other{"localhost", "DNS:localhost"};
    other.write_key(key_file);
    expect("key: ", "does not belong to the certificate in");
    server.write_key(key_file, "secret");
    expect("key: ", "has a passphrase");
    put(key_file, "no key");
    expect("key: ", "holds no private key");
    std::filesystem::remove(key_file);
    expect("key: ", "cannot be read: No such file or directory");
    put(certificate_file, server.pem().substr(0, 200));
    expect("certificate: ", "holds a damaged certificate");
    put(certificate_file, "");
    expect("certificate: ", "holds no certificate");
    std::filesystem::remove(certificate_file);
    std::filesystem::create_directory(certificate_file);
    expect("certificate: ", "cannot be read: ");
}

TEST_F(server_tls_test, reads_its_files_again_when_they_change) {
    running node{usual()};
    EXPECT_FALSE(node.tls.reload_if_changed());
    tls_client before{node.port(), {}};
    const certificate next{"renewed", authority, "DNS:localhost"};
    next.write_certificate(certificate_file);
    next.write_key(key_file);
    EXPECT_TRUE(node.tls.reload_if_changed());
    EXPECT_EQ((tls_client{node.port(), {}}.common_name()), "renewed");
    EXPECT_TRUE(before.ask("GET", "/").ends_with("nobody over TLS"));
}

TEST_F(server_tls_test, lets_in_whom_new_authorities_vouch_for) {
    tls_options options = usual();
    options.client_ca_files = {authority_file};
    running node{options};
    const certificate other{"other", ""};
    const certificate client{"bob", other, "DNS:bob"};
    client.write_certificate(folder.path() / "client.pem");
    client.write_key(folder.path() / "client.key");
    const tls_client::options shown{.certificate_file = folder.path() / "client.pem",
                                    .key_file = folder.path() / "client.key"};
    EXPECT_EQ(name_of(node.port(), shown), "refused");
    other.write_certificate(authority_file);
    EXPECT_TRUE(node.tls.reload_if_changed());
    EXPECT_EQ(name_of(node.port(), shown), "bob over TLS");
    put(authority_file, "");
    EXPECT_THROW(node.tls.reload_if_changed(), tls_error);
    EXPECT_EQ(name_of(node.port(), shown), "bob over TLS");
}

TEST_F(server_tls_test, keeps_what_it_has_while_the_files_are_of_no_use) {
    running node{usual()};
    const certificate next{"renewed", authority, "DNS:localhost"};
    next.write_certificate(certificate_file);
    EXPECT_THROW(node.tls.reload_if_changed(), tls_error);
    EXPECT_FALSE(node.tls.reload_if_changed());  // it has been said
    EXPECT_EQ((tls_client{node.port(), {}}.common_name()), "localhost");
    next.write_key(key_file);
    EXPECT_TRUE(node.tls.reload_if_changed());
    EXPECT_EQ((tls_client{node.port(), {}}.common_name()), "renewed");
}

}  // namespace berth::http
