#pragma once

#include "auth/controller.hpp"
#include "auth/token/key_source.hpp"
#include "auth/token/verify.hpp"

#include <functional>
#include <string>

namespace berth::auth {

/// `auth.token`
struct token_options {
    std::string realm;  ///< The URL of the service that gives out tokens.
    /// Of that service on the host by which the client knows this one; not empty: instead of `realm`.
    std::string realm_path;
    token_rules rules;
    key_files keys;
    std::function<wall_time()> clock = std::chrono::system_clock::now;
};

/// Lets in who has a token of a service that is trusted (https://distribution.github.io/distribution/spec/auth/token),
/// for what the token allows.
class token_controller final : public controller {
public:
    /// Throws option_error for key files that are of no use.
    explicit token_controller(token_options options);

    awaitable<verdict> check(question asked) override;

    /// Reads the key files again; they are also read when they have changed. What is of no use is only logged.
    void reread() override { keys_.reread(); }

private:
    challenge challenge_for(const question& asked, std::string error) const;

    const token_options options_;
    key_source keys_;
};

}  // namespace berth::auth
