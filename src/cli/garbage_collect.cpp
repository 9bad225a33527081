#include "cli/garbage_collect.hpp"

#include "cli/commands.hpp"
#include "cli/load_configuration.hpp"
#include "cli/open_storage.hpp"
#include "cli/progress_bars.hpp"
#include "cli/progress_line.hpp"
#include "cli/run_to_end.hpp"
#include "registry/garbage_collector.hpp"

#include <cstdio>
#include <unistd.h>

namespace berth::cli {

namespace {

using registry::garbage_collector;

std::string progress_text(const garbage_collector::counts& counts) {
    if (counts.deleted != 0)
        return std::to_string(counts.deleted) + " of " + std::to_string(counts.manifests + counts.blobs) + " deleted";
    return std::to_string(counts.repositories) + " repositories read, " + std::to_string(counts.marked) +
           " blobs marked";
}

std::string summary(const garbage_collector::counts& counts, bool dry_run) {
    return std::to_string(counts.manifests) + " manifests and " + std::to_string(counts.blobs) + " blobs " +
           (dry_run ? "would be deleted" : "deleted") + ", " + size_text(counts.bytes);
}

awaitable<garbage_collector::counts> collect(storage::driver& driver, garbage_collector::options options) {
    co_await driver.probe();
    registry::referrer_store referrers{driver};
    garbage_collector collector{driver, referrers, std::move(options)};
    co_return co_await collector.collect();
}

}  // namespace

int garbage_collect(garbage_collect_options options) {
    const auto loaded = load_configuration(options.file);
    if (!loaded) return exit_code::misused;
    async::io_runtime runtime{1};
    const auto driver = open_storage(loaded->settings.storage);
    if (!driver) return exit_code::misused;

    progress_line line;
    garbage_collector::options how{.delete_untagged = options.delete_untagged, .dry_run = options.dry_run};
    how.on_problem = [&](const std::string& problem) {
        line.clear();
        std::fprintf(stderr, "berth: %s\n", problem.c_str());
    };
    if (!options.quiet) {
        if (!options.dry_run)
            std::fputs("berth: nobody may push to this storage until this ends: what is pushed could be deleted\n",
                       stderr);
        how.on_line = [](const std::string& text) { std::printf("%s\n", text.c_str()); };
        // Where the lines go to the terminal, they show how far it is.
        if (isatty(STDOUT_FILENO) == 0) how.on_progress = [&](const auto& counts) { line.show(progress_text(counts)); };
    }
    const auto counts = run_to_end(runtime, collect(*driver, std::move(how)));
    line.clear();
    if (!options.quiet) std::printf("%s\n", summary(counts, options.dry_run).c_str());
    return exit_code::ok;
}

}  // namespace berth::cli
