// TLS straight on the socket, by OpenSSL. Not asio::ssl::stream: that reads 17 KiB at a time into a buffer of its own,
// wakes its coroutine for each record and copies twice more (bench/run --only layer_tls).
#include "http/transport.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <sys/socket.h>

namespace berth::http {

namespace {

/// What OpenSSL reads from the socket at once: several records.
constexpr std::size_t read_ahead_bytes = 128 * 1024;
/// What one read returns at the most: a reader wants to hear of its bytes before all of them are there.
constexpr std::size_t most_at_once = 512 * 1024;

// OpenSSL's own socket BIO writes in a way that ends the process with SIGPIPE when the peer has gone.
int bio_write(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    const auto n = ::send(static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))), data,
                          static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return static_cast<int>(n);
}

int bio_read(BIO* bio, char* data, int size) {
    BIO_clear_retry_flags(bio);
    const auto n = ::recv(static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))), data,
                          static_cast<std::size_t>(size), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(n);
}

long bio_control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO* make_bio(int socket) {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket");
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_ctrl(made, bio_control);
        return made;
    }();
    BIO* bio = BIO_new(method);
    if (!bio) throw std::bad_alloc{};
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    BIO_set_init(bio, 1);
    return bio;
}

class tls_transport final : public transport {
public:
    tls_transport(stream_socket socket, asio::ssl::context& context)
        : socket_{std::move(socket)}, tls_{SSL_new(context.native_handle())} {
        if (!tls_) throw std::bad_alloc{};
        socket_.non_blocking(true);
        BIO* bio = make_bio(socket_.native_handle());
        SSL_set_bio(tls_.get(), bio, bio);
        SSL_set_mode(tls_.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
        SSL_set_read_ahead(tls_.get(), 1);
        SSL_set_default_read_buffer_len(tls_.get(), read_ahead_bytes);
    }

    stream_socket& socket() override { return socket_; }

    awaitable<error_code> connect(const std::string& host, bool verify) {
        error_code not_an_address;
        asio::ip::make_address(host, not_an_address);
        if (not_an_address) {
            // RFC 6066: the server name indication carries names, never addresses.
            SSL_set_tlsext_host_name(tls_.get(), host.c_str());
            if (verify && SSL_set1_host(tls_.get(), host.c_str()) != 1) co_return asio::error::invalid_argument;
        } else if (verify && X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), host.c_str()) != 1) {
            co_return asio::error::invalid_argument;
        }
        SSL_set_verify(tls_.get(), verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
        co_return co_await handshake(SSL_connect);
    }

    awaitable<error_code> accept() { return handshake(SSL_accept); }

    std::optional<std::string> peer_certificate_subject() const override {
        const X509* shown = SSL_get0_peer_certificate(tls_.get());
        if (!shown || SSL_get_verify_result(tls_.get()) != X509_V_OK) return std::nullopt;
        const X509_NAME* subject = X509_get_subject_name(shown);
        const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
        if (at < 0) return std::nullopt;
        unsigned char* bytes = nullptr;
        const int size = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
        if (size < 0) return std::nullopt;
        std::string name(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        OPENSSL_free(bytes);
        // A name with a zero byte in it is meant to be read as another one.
        if (name.empty() || name.find('\0') != std::string::npos) return std::nullopt;
        return name;
    }

    void end_sending(error_code& error) override {
        ERR_clear_error();
        SSL_shutdown(tls_.get());
        transport::end_sending(error);
    }

private:
    awaitable<error_code> handshake(int (*step)(SSL*)) {
        for (;;) {
            ERR_clear_error();
            const int done = step(tls_.get());
            if (done == 1) co_return error_code{};
            if (const auto error = co_await wait_or_fail(done)) co_return error;
        }
    }

    struct free_tls {
        void operator()(SSL* tls) const { SSL_free(tls); }
    };

    awaitable<std::tuple<error_code, std::size_t>> do_read_some(asio::mutable_buffer buffer) override {
        buffer = asio::buffer(buffer, most_at_once);
        std::size_t got = 0;
        for (;;) {
            std::size_t n = 0;
            ERR_clear_error();
            const int done = SSL_read_ex(tls_.get(), static_cast<char*>(buffer.data()) + got, buffer.size() - got, &n);
            got += n;
            if (got == buffer.size()) co_return std::tuple{error_code{}, got};
            if (done == 1) continue;
            // What is wrong, if anything is, shows again with the next read.
            if (got != 0) co_return std::tuple{error_code{}, got};
            if (const auto error = co_await wait_or_fail(done)) co_return std::tuple{error, got};
        }
    }

    awaitable<std::tuple<error_code, std::size_t>> do_write_some(
        const std::array<asio::const_buffer, 2>& buffers) override {
        const asio::const_buffer first = buffers[0].size() != 0 ? buffers[0] : buffers[1];
        std::size_t sent = 0;
        for (;;) {
            std::size_t n = 0;
            ERR_clear_error();
            const int done = SSL_write_ex(tls_.get(), static_cast<const char*>(first.data()) + sent,
                                          first.size() - sent, &n);  // one record
            sent += n;
            if (sent == first.size()) co_return std::tuple{error_code{}, sent};
            if (done == 1) continue;
            // What is wrong, if anything is, shows again with the next write, which begins with the same bytes.
            if (sent != 0) co_return std::tuple{error_code{}, sent};
            if (const auto error = co_await wait_or_fail(done)) co_return std::tuple{error, std::size_t{0}};
        }
    }

    // After a call that could not go on: waits until it can, or says why it never will.
    awaitable<error_code> wait_or_fail(int result) {
        switch (SSL_get_error(tls_.get(), result)) {
            case SSL_ERROR_WANT_READ: {
                auto [error] = co_await socket_.async_wait(stream_socket::wait_read, as_tuple);
                co_return error;
            }
            case SSL_ERROR_WANT_WRITE: {
                auto [error] = co_await socket_.async_wait(stream_socket::wait_write, as_tuple);
                co_return error;
            }
            case SSL_ERROR_ZERO_RETURN:
                co_return asio::error::eof;
            case SSL_ERROR_SYSCALL:
                co_return error_code{errno != 0 ? errno : ECONNRESET, boost::system::system_category()};
            default: {
                const unsigned long why = ERR_get_error();
                // The connection ended without TLS having ended: as good as a reset.
                if (ERR_GET_REASON(why) == SSL_R_UNEXPECTED_EOF_WHILE_READING) co_return asio::error::connection_reset;
                co_return error_code{static_cast<int>(why), asio::error::get_ssl_category()};
            }
        }
    }

    stream_socket socket_;
    std::unique_ptr<SSL, free_tls> tls_;
};

// `handshake` of `pipe`, limited in time.
awaitable<error_code> within(std::chrono::steady_clock::duration timeout, transport& pipe,
                             awaitable<error_code> handshake) {
    async::watchdog watchdog{co_await asio::this_coro::executor, [&pipe] {
                                 error_code ignored;
                                 pipe.socket().cancel(ignored);
                             }};
    watchdog.expires_after(timeout);
    auto error = co_await std::move(handshake);
    if (error == asio::error::operation_aborted && watchdog.expired()) error = asio::error::timed_out;
    co_return error;
}

}  // namespace

awaitable<std::unique_ptr<transport>> make_tls_client_transport(stream_socket socket, asio::ssl::context& context,
                                                                std::string host, bool verify,
                                                                std::chrono::steady_clock::duration timeout) {
    auto transport = std::make_unique<tls_transport>(std::move(socket), context);
    const auto error = co_await within(timeout, *transport, transport->connect(host, verify));
    if (error) throw boost::system::system_error{error};
    co_return transport;
}

awaitable<tls_arrival> make_tls_server_transport(stream_socket socket, asio::ssl::context& context,
                                                 std::chrono::steady_clock::duration timeout) {
    auto transport = std::make_unique<tls_transport>(std::move(socket), context);
    tls_arrival arrival;
    arrival.error = co_await within(timeout, *transport, transport->accept());
    if (arrival.error) {
        arrival.is_plain_http = arrival.error.category() == asio::error::get_ssl_category() &&
                                ERR_GET_REASON(static_cast<unsigned long>(arrival.error.value())) == SSL_R_HTTP_REQUEST;
        arrival.pipe = make_plain_transport(std::move(transport->socket()));
    } else {
        arrival.pipe = std::move(transport);
    }
    co_return arrival;
}

}  // namespace berth::http
