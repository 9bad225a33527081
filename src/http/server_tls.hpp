#pragma once

#include "base/option_file.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace berth::http {

/// Files or names that no server can speak TLS with. The text begins with the option they were meant for, which is one
/// of certificate, key, clientcas and ciphersuites.
using tls_error = option_error;

/// What a server shows in a TLS handshake, and whom it lets in. All files are PEM.
struct tls_options {
    std::string certificate_file;  ///< The server's own first, then those between it and its authority.
    std::string key_file;          ///< Of the first certificate, without a passphrase.
    bool tls_1_3_only = false;     ///< Else 1.2 is spoken too; nothing older is.
    /// Of TLS 1.2, by IANA's names; empty: those with forward secrecy and authenticated encryption. Those of 1.3 are
    /// all there, always; where nothing else is listed, 1.2 is not spoken.
    std::vector<std::string> cipher_suites{};
    /// Of the authorities that vouch for clients; empty: clients are asked for no certificate.
    std::vector<std::string> client_ca_files{};
    bool client_certificate_required = true;  ///< Who has none is not let in.
    bool client_certificate_verified = true;  ///< Who has one that none of the authorities vouches for neither.
};

/// The server's side of TLS: everything handshakes need, read from files, and again when those have changed.
/// Thread-safe.
class server_tls {
public:
    /// Throws tls_error.
    explicit server_tls(tls_options options);
    ~server_tls();

    /// For one handshake, or many. What was made with it lives on when another one takes its place.
    std::shared_ptr<boost::asio::ssl::context> context() const;

    /// Reads the files, and has what they hold count for all handshakes from now on. Throws tls_error; then what
    /// counted before counts on.
    void reload();
    /// The same where a file is another one than at the last reading, or has changed; true then.
    bool reload_if_changed();

private:
    std::vector<file_stamp> stamps() const;
    void read(std::vector<file_stamp> now);

    const tls_options options_;
    std::mutex reading_;
    std::vector<file_stamp> read_at_;  // guarded by reading_
    mutable std::mutex mutex_;
    std::shared_ptr<boost::asio::ssl::context> context_;  // guarded by mutex_
};

}  // namespace berth::http
