#pragma once

#include "async/asio.hpp"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace berth::auth {

/// One thing a request is about to do, in the words of a token's access list.
struct access {
    std::string type;    ///< "repository" or "registry".
    std::string name;    ///< The repository, or "catalog".
    std::string action;  ///< "pull", "push", "delete" or "*".

    bool operator==(const access&) const = default;
};

/// The client is let in.
struct granted {
    std::string user;  ///< For the log and for events; empty where nobody has a name.
};

/// The client is told what to come back with: 401.
struct challenge {
    std::string www_authenticate;  ///< The header's value.
};

using verdict = std::variant<granted, challenge>;

/// More ask to be let in than can be answered soon: 503.
class overloaded : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One way to find out who asks, and what they may do. Thread-safe.
class controller {
public:
    /// A request, as far as it matters here.
    struct question {
        std::string_view authorization;  ///< The Authorization header's value; empty: there is none.
        std::span<const access> wanted;  ///< All of it must be allowed. Empty for GET /v2/: only who asks counts.
        std::string_view origin;         ///< "https://host:port" as the client addresses us.
    };

    virtual ~controller() = default;

    /// Never throws for what a client sends; `overloaded` where too many do. Lifetime: what `asked` refers to outlives
    /// the call.
    virtual awaitable<verdict> check(question asked) = 0;

    /// Has the files that it knows from read again, soon; returns at once. Files that are of no use change nothing but
    /// the log.
    virtual void reread() {}
};

}  // namespace berth::auth
