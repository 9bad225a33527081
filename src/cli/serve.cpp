#include "cli/serve.hpp"

#include "app/application.hpp"
#include "app/reread_configuration.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/load_configuration.hpp"
#include "version.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>

namespace berth::cli {

namespace {

// What somebody who has just started berth for the first time wants to read.
void print_first_steps(const config::configuration& settings, const asio::ip::tcp::endpoint& endpoint) {
    const bool any_address = endpoint.address().is_unspecified();
    const std::string registry =
        any_address ? "127.0.0.1:" + std::to_string(endpoint.port()) : http::address_of(endpoint);

    const auto folder = std::filesystem::absolute(settings.storage.filesystem.root_directory);
    std::fprintf(stderr,
                 "\n  berth %s serves the images below %s\n\n"
                 "  Try it:\n"
                 "    docker tag IMAGE %s/IMAGE\n"
                 "    docker push %s/IMAGE\n"
                 "    docker pull %s/IMAGE\n\n"
                 "  Ctrl-C stops it. With a configuration of your own: berth serve FILE\n\n",
                 version, folder.c_str(), registry.c_str(), registry.c_str(), registry.c_str());
}

// Each connection and each open upload takes a descriptor, and the usual soft limit of 1,024 is for programs that use
// select(); the hard limit is the one that somebody meant.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int serve(std::string file) {
    raise_descriptor_limit();
    const auto loaded = load_configuration(file);
    if (!loaded) return exit_code::misused;
    const config::configuration& settings = loaded->settings;

    std::unique_ptr<app::application> app;
    try {
        app = std::make_unique<app::application>(settings);
    } catch (const app::startup_error& error) {
        std::fprintf(stderr, "berth: %s\n", error.what());
        return exit_code::misused;
    }
    const bool has_terminal = isatty(STDERR_FILENO) == 1;
    app->on_hangup([&app, &loaded, file, has_terminal]() mutable {
        // Its window was closed: that is no wish to go on.
        if (has_terminal && isatty(STDERR_FILENO) != 1) return app->stop();
        app::reread_configuration(read_configuration(file), *loaded);
    });
    const auto endpoint = app->listen();
    log::announce("listening on " + (endpoint ? http::address_of(endpoint) : settings.http.addr) +
                  (settings.http.tls.certificate.empty() ? "" : ", tls"));
    if (endpoint && file.empty() && settings.storage.driver == config::storage_driver::filesystem)
        print_first_steps(settings, *endpoint);
    if (!app->run()) {
        // Something would not end, a transfer to a store that hangs for instance: then nothing may be taken apart that
        // it still uses. The operating system does that best.
        _exit(exit_code::ok);
    }
    return exit_code::ok;
}

}  // namespace berth::cli
