#include "cli/open_storage.hpp"

#include "app/make_driver.hpp"
#include "app/startup_error.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
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

awaitable<void> reach(storage::driver& driver) {
    constexpr int tries = 4;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (int tried = 1;; ++tried) {
        try {
            co_return co_await driver.probe();
        } catch (const storage::denied&) {
            throw;
        } catch (const storage::error& error) {
            if (tried == tries) throw;
            std::fprintf(stderr, "berth: %s; asking again\n", error.what());
        }
        timer.expires_after(std::chrono::seconds{1});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace berth::cli
