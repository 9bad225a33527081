#include "app/make_controller.hpp"

#include "app/make_token_controller.hpp"
#include "app/startup_error.hpp"
#include "auth/htpasswd.hpp"
#include "auth/silly.hpp"

#include <algorithm>
#include <thread>

namespace berth::app {

namespace {

// Half of the processors: the other half goes on serving whatever is asked of us.
std::size_t hashing_threads() {
    return std::max(1U, std::thread::hardware_concurrency() / 2);
}

std::unique_ptr<auth::controller> make_htpasswd(const config::htpasswd_auth& settings) {
    try {
        return std::make_unique<auth::htpasswd>(
            auth::htpasswd::options{.realm = settings.realm, .path = settings.path, .threads = hashing_threads()});
    } catch (const option_error& error) {
        throw startup_error{"auth.htpasswd." + std::string{error.what()}};
    }
}

}  // namespace

std::unique_ptr<auth::controller> make_controller(const config::auth_settings& settings) {
    switch (settings.kind) {
        case config::auth_kind::none:
            return nullptr;
        case config::auth_kind::silly:
            return std::make_unique<auth::silly>(auth::silly::options{settings.silly.realm, settings.silly.service});
        case config::auth_kind::htpasswd:
            return make_htpasswd(settings.htpasswd);
        case config::auth_kind::token:
            return make_token_controller(settings.token);
    }
    throw startup_error{"auth: this is not supported"};  // never everybody by mistake
}

}  // namespace berth::app
