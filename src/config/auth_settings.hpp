#pragma once

#include <string>

namespace berth::config {

enum class auth_kind { none, silly, htpasswd };

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

/// `auth`. Only the struct of the chosen kind counts.
struct auth_settings {
    auth_kind kind = auth_kind::none;
    silly_auth silly;
    htpasswd_auth htpasswd;

    bool operator==(const auth_settings&) const = default;
};

}  // namespace berth::config
