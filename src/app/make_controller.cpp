#include "app/make_controller.hpp"

#include "app/startup_error.hpp"
#include "auth/silly.hpp"

namespace berth::app {

std::unique_ptr<auth::controller> make_controller(const config::auth_settings& settings) {
    switch (settings.kind) {
        case config::auth_kind::none:
            return nullptr;
        case config::auth_kind::silly:
            return std::make_unique<auth::silly>(auth::silly::options{settings.silly.realm, settings.silly.service});
    }
    throw startup_error{"auth: this is not supported"};  // never everybody by mistake
}

}  // namespace berth::app
