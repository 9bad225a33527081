#include "http/server_tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <string_view>

namespace berth::http {

namespace {

using ssl_context = boost::asio::ssl::context;

template <auto release>
struct released_by {
    void operator()(auto* what) const { release(what); }
};
using bio_ptr = std::unique_ptr<BIO, released_by<BIO_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, released_by<EVP_PKEY_free>>;

std::string last_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason ? reason : "OpenSSL does not say why";
}

key_ptr read_key(const option_file& file) {
    const std::string text = file.read();
    const bio_ptr bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    std::string no_passphrase;  // without one OpenSSL would ask the terminal
    key_ptr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, no_passphrase.data())};
    if (key) return key;
    if (text.find("ENCRYPTED") != std::string::npos)
        file.fail("has a passphrase; take it off with `openssl pkey -in FILE -out NEW`");
    ERR_clear_error();
    file.fail("holds no private key, or a damaged one; write a PEM file with \"BEGIN PRIVATE KEY\" in it");
}

void use_certificate(SSL_CTX* tls, const tls_options& options) {
    const option_file file{"certificate", options.certificate_file};
    const auto chain = read_certificates(file);
    if (SSL_CTX_use_certificate(tls, chain.front().get()) != 1)
        file.fail("cannot be used: " + last_reason() + "; have another one made");
    for (std::size_t i = 1; i < chain.size(); ++i)
        if (SSL_CTX_add1_chain_cert(tls, chain[i].get()) != 1)
            file.fail("holds a certificate that cannot be used: " + last_reason());
}

void use_key(SSL_CTX* tls, const tls_options& options) {
    const option_file file{"key", options.key_file};
    const key_ptr key = read_key(file);
    if (SSL_CTX_use_PrivateKey(tls, key.get()) == 1 && SSL_CTX_check_private_key(tls) == 1) return;
    ERR_clear_error();
    file.fail("does not belong to the certificate in " + options.certificate_file +
              "; write the key that it was made with");
}

void use_cipher_suites(SSL_CTX* tls, const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) {
        const std::string_view known = OPENSSL_cipher_name(name.c_str());
        if (known.starts_with("TLS_")) continue;  // of TLS 1.3
        list.append(list.empty() ? "" : ":").append(known);
    }
    if (names.empty()) list = "ECDHE+AESGCM:ECDHE+CHACHA20";
    if (list.empty()) {
        SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
    } else if (SSL_CTX_set_cipher_list(tls, list.c_str()) != 1) {
        throw tls_error{"ciphersuites: this OpenSSL has none of them: " + last_reason() +
                        "; write TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, for example, or take them out"};
    }
}

// For who may come with any certificate: what is wrong with it is remembered, and the handshake goes on.
int let_pass(int, X509_STORE_CTX*) {
    return 1;
}

void ask_for_client_certificates(SSL_CTX* tls, const tls_options& options) {
    if (options.client_ca_files.empty()) return;
    for (const std::string& path : options.client_ca_files)
        for (const auto& authority : read_certificates({"clientcas", path})) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), authority.get());
            SSL_CTX_add_client_CA(tls, authority.get());
        }
    // Whoever is listed vouches, also where another authority vouches for it.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(tls), X509_V_FLAG_PARTIAL_CHAIN);
    SSL_CTX_set_verify(tls,
                       SSL_VERIFY_PEER | (options.client_certificate_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       options.client_certificate_verified ? nullptr : let_pass);
    // Tickets hold the client's certificate, and are taken from here alone.
    constexpr std::string_view here = "berth";
    SSL_CTX_set_session_id_context(tls, reinterpret_cast<const unsigned char*>(here.data()), here.size());
}

// HTTP/1.1 is all that is spoken here. Who can do without it is told so, as RFC 7301 wants.
int choose_http_1_1(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
    constexpr std::string_view ours = "\x08http/1.1";
    const int found =
        SSL_select_next_proto(const_cast<unsigned char**>(chosen), size,
                              reinterpret_cast<const unsigned char*>(ours.data()), ours.size(), offered, offered_size);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<ssl_context> load(const tls_options& options) {
    auto made = std::make_shared<ssl_context>(ssl_context::tls_server);
    SSL_CTX* const tls = made->native_handle();
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(tls, options.tls_1_3_only ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION);
    // Clients resume by tickets, which cost the server no memory.
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(tls, choose_http_1_1, nullptr);
    use_certificate(tls, options);
    use_key(tls, options);
    use_cipher_suites(tls, options.cipher_suites);
    ask_for_client_certificates(tls, options);
    return made;
}

}  // namespace

server_tls::server_tls(tls_options options)
    : options_{std::move(options)}, read_at_{stamps()}, context_{load(options_)} {}
server_tls::~server_tls() = default;

std::shared_ptr<ssl_context> server_tls::context() const {
    const std::lock_guard lock{mutex_};
    return context_;
}

void server_tls::reload() {
    const std::lock_guard lock{reading_};
    read(stamps());
}

bool server_tls::reload_if_changed() {
    const std::lock_guard lock{reading_};
    auto now = stamps();
    if (now == read_at_) return false;
    read(std::move(now));
    return true;
}

// `now` is from before the reading: what is written meanwhile is a change.
void server_tls::read(std::vector<file_stamp> now) {
    read_at_ = std::move(now);
    auto made = load(options_);
    const std::lock_guard lock{mutex_};
    context_ = std::move(made);
}

std::vector<file_stamp> server_tls::stamps() const {
    std::vector<std::string> files = options_.client_ca_files;
    files.insert(files.end(), {options_.certificate_file, options_.key_file});
    std::vector<file_stamp> all;
    for (const std::string& file : files) all.push_back(file_stamp::of(file));
    return all;
}

}  // namespace berth::http
