// The client over TLS, against a server with a certificate made on the spot for the name "localhost".
#include "http/client.hpp"
#include "support/certificate.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace berth::http {

namespace {

using asio::ip::tcp;

/// Answers one request of one connection, if the client agrees on TLS at all.
class tls_server {
public:
    tls_server(const std::string& key_file, const std::string& certificate_file) {
        tls_.use_private_key_file(key_file, asio::ssl::context::pem);
        tls_.use_certificate_file(certificate_file, asio::ssl::context::pem);
        thread_ = std::jthread{[this] { serve(); }};
    }

    std::uint16_t port() const { return port_; }

private:
    void serve() {
        error_code error;
        asio::ssl::stream<tcp::socket> stream{acceptor_.accept(), tls_};
        stream.handshake(asio::ssl::stream_base::server, error);
        if (error) return;
        std::string request;
        asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", error);
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
        asio::write(stream, asio::buffer(answer), error);
    }

    asio::io_context context_;
    asio::ssl::context tls_{asio::ssl::context::tls_server};
    tcp::acceptor acceptor_{context_, {asio::ip::make_address("127.0.0.1"), 0}};
    std::uint16_t port_ = acceptor_.local_endpoint().port();
    std::jthread thread_;
};

struct tls_client_test : testing::Test {
    test::temporary_directory folder;
    std::string key = folder.path() / "key.pem", certificate = folder.path() / "certificate.pem";

    void SetUp() override {
        const test::certificate made{"test", "DNS:localhost"};
        made.write_key(key);
        made.write_certificate(certificate);
    }
    void TearDown() override { ::unsetenv("SSL_CERT_FILE"); }

    std::string fetch(const std::string& host, bool verify = true) {
        tls_server server{key, certificate};
        client::options options;
        options.server = {host, server.port(), true};
        options.verify_certificate = verify;
        client from{options};
        auto exchange = [](client& c) -> awaitable<std::string> {
            client_request request;
            request.target = "/";
            auto response = co_await c.send(request);
            co_return co_await async::read_all(response, 100);
        };
        return test::run(exchange(from));
    }
    void trust_it() { ::setenv("SSL_CERT_FILE", certificate.c_str(), 1); }
};

}  // namespace

TEST_F(tls_client_test, trusts_what_the_system_trusts) {
    trust_it();
    EXPECT_EQ(fetch("localhost"), "secret");
}

TEST_F(tls_client_test, refuses_a_certificate_that_nobody_vouches_for) {
    EXPECT_THROW(fetch("localhost"), transport_error);
}

TEST_F(tls_client_test, refuses_a_certificate_for_another_name) {
    trust_it();
    EXPECT_THROW(fetch("127.0.0.1"), transport_error);
}

TEST_F(tls_client_test, takes_any_certificate_when_told_not_to_look) {
    EXPECT_EQ(fetch("127.0.0.1", false), "secret");
}

}  // namespace berth::http
