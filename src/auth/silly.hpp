#pragma once

#include "auth/controller.hpp"

namespace berth::auth {

/// registry:2's `auth.silly`, for trying clients out: any Authorization header is enough.
class silly final : public controller {
public:
    struct options {
        std::string realm, service;
    };

    explicit silly(options options) : options_{std::move(options)} {}

    /// Grants as the user "silly".
    awaitable<verdict> check(question asked) override;

private:
    const options options_;
};

}  // namespace berth::auth
