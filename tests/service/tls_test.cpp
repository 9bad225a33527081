#include "support/certificate.hpp"
#include "support/raw_client.hpp"
#include "support/running_app.hpp"
#include "support/temporary_directory.hpp"
#include "support/tls_client.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth {

namespace {

class tls_node : public testing::Test {
protected:
    const test::temporary_directory folder_;
    const test::certificate authority_{"authority", ""};
    const test::certificate server_{"localhost", authority_, "DNS:localhost"};
    const std::string certificate_file_ = folder_.path() / "certificate.pem", key_file_ = folder_.path() / "key.pem",
                      authority_file_ = folder_.path() / "authority.pem";

    void SetUp() override {
        server_.write_certificate(certificate_file_);
        server_.write_key(key_file_);
        authority_.write_certificate(authority_file_);
    }

    // `more`: other keys below http.tls, "minimumtls: tls1.3".
    std::string yaml(const std::string& more = {}) const {
        return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
               "storage: {filesystem: {rootdirectory: '" +
               (folder_.path() / "data").string() + "'}}\nhttp: {addr: '127.0.0.1:0', tls: {certificate: '" +
               certificate_file_ + "', key: '" + key_file_ + "'" + (more.empty() ? "" : ", " + more) + "}}\n";
    }

    std::string ask(const test::running_app& app, std::string_view method, const std::string& target,
                    std::string_view body = {}) const {
        return test::tls_client{app.port(), {.trusted_file = authority_file_}}.ask(method, target, body);
    }
};

}  // namespace

TEST_F(tls_node, takes_and_serves_a_blob_from_its_file) {
    const test::running_app app{yaml()};
    std::string blob(5'000'000, '\0');
    for (std::size_t i = 0; i < blob.size(); ++i) blob[i] = static_cast<char>(i * i >> 7);
    const std::string digest = oci::digest::of(blob).str();
    const std::string pushed = ask(app, "POST", "/v2/a/blobs/uploads/?digest=" + digest, blob);
    EXPECT_TRUE(pushed.starts_with("HTTP/1.1 201 ")) << pushed;
    EXPECT_NE(pushed.find("\r\nLocation: https://localhost/v2/a/blobs/"), std::string::npos) << pushed;
    const std::string pulled = ask(app, "GET", "/v2/a/blobs/" + digest);
    EXPECT_TRUE(pulled.starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(pulled.substr(pulled.find("\r\n\r\n") + 4) == blob);
}

TEST_F(tls_node, is_spoken_to_by_our_own_client) {
    const test::running_app app{yaml()};
    auto code = [](std::uint16_t port) -> awaitable<http::status> {
        http::client client{{.server = {"localhost", port, true}, .verify_certificate = false}};
        http::client_request request;
        request.target = "/v2/";
        co_return (co_await client.send(request)).code;
    };
    EXPECT_EQ(test::run(code(app.port())), http::status::ok);
}

TEST_F(tls_node, does_not_start_with_files_that_are_of_no_use) {
    const test::certificate other{"localhost", authority_, "DNS:localhost"};
    other.write_key(key_file_);
    try {
        const test::running_app app{yaml()};
        ADD_FAILURE() << "it starts";
    } catch (const app::startup_error& error) {
        EXPECT_TRUE(std::string{error.what()}.starts_with("http.tls.key: " + key_file_)) << error.what();
    }
}

TEST_F(tls_node, reads_its_files_again_when_it_is_hung_up_on) {
    test::running_app app{yaml()};
    const test::certificate next_authority{"next authority", ""};
    const test::certificate next{"localhost", next_authority, "DNS:localhost"};
    const std::string next_authority_file = folder_.path() / "next-authority.pem";
    next_authority.write_certificate(next_authority_file);
    std::ofstream{key_file_} << "torn";
    app.hang_up();
    EXPECT_TRUE(ask(app, "GET", "/v2/").starts_with("HTTP/1.1 200 "));

    next.write_certificate(certificate_file_);
    next.write_key(key_file_);
    app.hang_up();
    const std::string answer = test::tls_client{app.port(), {.trusted_file = next_authority_file}}.ask("GET", "/v2/");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
}

TEST_F(tls_node, stops_in_order_while_a_connection_is_open_and_another_one_shakes_hands) {
    test::running_app app{yaml()};
    test::tls_client idle{app.port(), {}};
    idle.send("GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    test::raw_client shaking{app.port()};
    shaking.send("\x16");
    EXPECT_TRUE(app.stop());
}

}  // namespace berth
