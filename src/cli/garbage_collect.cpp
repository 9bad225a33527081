#include "cli/garbage_collect.hpp"

#include "base/duration.hpp"
#include "cli/commands.hpp"
#include "cli/load_configuration.hpp"
#include "cli/open_storage.hpp"
#include "cli/progress_bars.hpp"
#include "cli/progress_line.hpp"
#include "cli/run_to_end.hpp"
#include "registry/garbage_collector.hpp"

#include <chrono>
#include <cstdio>
#include <optional>

namespace berth::cli {

namespace {

using registry::garbage_collector;

std::string progress_text(const garbage_collector::counts& counts) {
    if (counts.done != 0) {
        const std::uint64_t all = counts.manifests + counts.blobs;
        return bar_text(counts.done, all) + " " + std::to_string(counts.done) + " of " + std::to_string(all) +
               " deleted";
    }
    return std::to_string(counts.repositories) + " repositories read, " + std::to_string(counts.marked) +
           " blobs marked";
}

std::string summary(const garbage_collector::counts& counts, bool dry_run) {
    std::string text = std::to_string(counts.manifests) + " manifests and " + std::to_string(counts.blobs) + " blobs " +
                       (dry_run ? "would be deleted" : "deleted") + ", " + size_text(counts.bytes);
    if (counts.kept != 0) text += "; of these " + std::to_string(counts.kept) + " stay, needed again by now";
    if (counts.waiting != 0)
        text += "; " + std::to_string(counts.waiting) + " blobs more are unreferenced, but not for long enough yet";
    if (counts.restored != 0) text += "; " + std::to_string(counts.restored) + " came back from the trash";
    if (counts.in_trash != 0)
        text += "; the trash has " + std::to_string(counts.in_trash) + " blobs, " + size_text(counts.in_trash_bytes);
    return text;
}

awaitable<garbage_collector::counts> collect(storage::driver& driver, garbage_collector::options options) {
    co_await reach(driver);
    garbage_collector collector{driver, std::move(options)};
    co_return co_await collector.collect();
}

// Nothing, and a line on stderr, for what is no duration.
std::optional<std::chrono::seconds> read_duration(const char* option, const std::string& text) {
    const auto read = parse_duration(text);
    if (read && *read >= std::chrono::nanoseconds{0}) return std::chrono::ceil<std::chrono::seconds>(*read);
    std::fprintf(stderr, "berth: %s %s is no duration; write for example 24h, 30m or 0s\n", option, text.c_str());
    return std::nullopt;
}

}  // namespace

int garbage_collect(garbage_collect_options options) {
    const auto grace = read_duration("--grace", options.grace);
    const auto quarantine = read_duration("--quarantine", options.quarantine);
    const auto trash_retention = read_duration("--trash-retention", options.trash_retention);
    if (!grace || !quarantine || !trash_retention) return exit_code::misused;
    const auto loaded = load_configuration(options.file);
    if (!loaded) return exit_code::misused;
    async::io_runtime runtime{1};
    const auto driver = open_storage(loaded->settings.storage);
    if (!driver) return exit_code::misused;

    progress_line line;
    garbage_collector::options how{.delete_untagged = options.delete_untagged,
                                   .dry_run = options.dry_run,
                                   .grace = *grace,
                                   .quarantine = *quarantine,
                                   .trash_retention = *trash_retention,
                                   .force = options.force};
    how.on_problem = [&](const std::string& problem) {
        line.clear();
        std::fprintf(stderr, "berth: %s\n", problem.c_str());
    };
    if (!options.quiet) {
        how.on_line = [&](const std::string& text) {
            line.clear();
            std::printf("%s\n", text.c_str());
        };
        how.on_progress = [&](const auto& counts) { line.show(progress_text(counts)); };
    }
    const auto counts = run_to_end(runtime, collect(*driver, std::move(how)));
    line.clear();
    if (!options.quiet) std::printf("%s\n", summary(counts, options.dry_run).c_str());
    return exit_code::ok;
}

}  // namespace berth::cli
