#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <string>
#include <string_view>

namespace berth::test {

/// A blocking TLS connection to 127.0.0.1. Throws boost::system::system_error where the handshake fails.
class tls_client {
public:
    struct options {
        std::string trusted_file{};  ///< Certificates of authorities; empty: the server's is not looked at.
        std::string certificate_file{}, key_file{};  ///< To be shown when the server asks.
        int highest_version = TLS1_3_VERSION;
        std::string cipher_list{};  ///< Of TLS 1.2.
        std::string offered{};      ///< A protocol for ALPN.
    };

    tls_client(std::uint16_t port, const options& options) {
        SSL_CTX_set_max_proto_version(tls_.native_handle(), options.highest_version);
        if (!options.cipher_list.empty()) SSL_CTX_set_cipher_list(tls_.native_handle(), options.cipher_list.c_str());
        if (!options.certificate_file.empty()) {
            tls_.use_certificate_chain_file(options.certificate_file);
            tls_.use_private_key_file(options.key_file, boost::asio::ssl::context::pem);
        }
        if (!options.trusted_file.empty()) {
            tls_.load_verify_file(options.trusted_file);
            tls_.set_verify_mode(boost::asio::ssl::verify_peer);
        }
        stream_ = std::make_unique<stream>(context_, tls_);
        if (!options.offered.empty()) {
            const std::string list = static_cast<char>(options.offered.size()) + options.offered;
            SSL_set_alpn_protos(stream_->native_handle(), reinterpret_cast<const unsigned char*>(list.data()),
                                static_cast<unsigned>(list.size()));
        }
        stream_->next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
        stream_->handshake(boost::asio::ssl::stream_base::client);
    }

    void send(std::string_view bytes) { boost::asio::write(*stream_, boost::asio::buffer(bytes)); }

    /// Everything until the server ends TLS in order; throws where the connection ends otherwise.
    std::string read_to_end() {
        std::string all;
        boost::system::error_code error;
        boost::asio::read(*stream_, boost::asio::dynamic_buffer(all), error);
        if (error != boost::asio::error::eof) throw boost::system::system_error{error};
        return all;
    }

    /// The answer to one request, header and body.
    std::string ask(std::string_view method, std::string_view target, std::string_view body = {}) {
        send(std::string{method}.append(" ").append(target).append(
                 " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ") +
             std::to_string(body.size()) + "\r\n\r\n");
        send(body);
        return read_to_end();
    }

    std::string version() { return SSL_get_version(stream_->native_handle()); }
    std::string cipher() { return SSL_get_cipher_name(stream_->native_handle()); }
    /// What ALPN ended with.
    std::string agreed() {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(stream_->native_handle(), &name, &size);
        return {reinterpret_cast<const char*>(name), size};
    }
    /// Of the server's certificate.
    std::string common_name() {
        const X509* shown = SSL_get0_peer_certificate(stream_->native_handle());
        char name[256] = "";
        X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
        return name;
    }

private:
    using stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

    boost::asio::io_context context_;
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    std::unique_ptr<stream> stream_;
};

}  // namespace berth::test
