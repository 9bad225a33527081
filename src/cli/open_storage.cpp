#include "cli/open_storage.hpp"

#include "app/make_driver.hpp"
#include "app/startup_error.hpp"

#include <cstdio>

namespace berth::cli {

std::unique_ptr<storage::driver> open_storage(const config::storage_settings& settings) {
    try {
        return app::make_driver(settings).driver;
    } catch (const app::startup_error& error) {
        std::fprintf(stderr, "berth: %s\n", error.what());
        return nullptr;
    }
}

}  // namespace berth::cli
