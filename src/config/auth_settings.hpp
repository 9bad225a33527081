#pragma once

#include <string>

namespace berth::config {

enum class auth_kind { none, silly };

/// `auth.silly`: who sends any Authorization header is let in.
struct silly_auth {
    std::string realm, service;

    bool operator==(const silly_auth&) const = default;
};

/// `auth`. Only the struct of the chosen kind counts.
struct auth_settings {
    auth_kind kind = auth_kind::none;
    silly_auth silly;

    bool operator==(const auth_settings&) const = default;
};

}  // namespace berth::config
