#pragma once

#include <string>
#include <vector>

namespace berth::config {

enum class auth_kind { none, silly, htpasswd, token };

/// `auth.silly`: who sends any Authorization header is let in.
struct silly_auth {
    std::string realm, service;

    bool operator==(const silly_auth&) const = default;
};

/// `auth.htpasswd`: users and the bcrypt hashes of their passwords stand in a file.
struct htpasswd_auth {
    std::string realm, path;

    bool operator==(const htpasswd_auth&) const = default;
};

/// `auth.token`: who brings a token is let in for what it allows.
struct token_auth {
    std::string realm, service, issuer;
    std::string root_cert_bundle, jwks;           ///< Files; one of them at least.
    std::vector<std::string> signing_algorithms;  ///< Empty: all.
    bool auto_redirect = false;                   ///< The realm is on the host by which the client knows this one, at
    std::string auto_redirect_path = "/auth/token/";

    bool operator==(const token_auth&) const = default;
};

/// `auth`. Only the struct of the chosen kind counts.
struct auth_settings {
    auth_kind kind = auth_kind::none;
    silly_auth silly;
    htpasswd_auth htpasswd;
    token_auth token{};

    bool operator==(const auth_settings&) const = default;
};

}  // namespace berth::config
