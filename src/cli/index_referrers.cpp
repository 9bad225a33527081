#include "cli/index_referrers.hpp"

#include "cli/commands.hpp"
#include "cli/load_configuration.hpp"
#include "cli/open_storage.hpp"
#include "cli/progress_line.hpp"
#include "cli/run_to_end.hpp"
#include "registry/referrer_indexer.hpp"

#include <cstdio>

namespace berth::cli {

namespace {

using registry::referrer_indexer;

std::string to_text(const referrer_indexer::counts& counts, bool dry_run) {
    return std::to_string(counts.repositories) + " repositories, " + std::to_string(counts.manifests) +
           " manifests read, " + std::to_string(counts.links) + (dry_run ? " links to write, " : " links written, ") +
           std::to_string(counts.unreadable) + " unreadable";
}

awaitable<referrer_indexer::counts> index(storage::driver& driver, const oci::repository_name* only,
                                          referrer_indexer::options options) {
    co_await reach(driver);
    registry::referrer_store referrers{driver};
    referrer_indexer indexer{driver, referrers, std::move(options)};
    if (!only) co_return co_await indexer.index_all();
    const auto counts = co_await indexer.index(*only);
    if (counts.manifests + counts.unreadable == 0)
        throw storage::error{"repository " + only->str() + " is not there, or has no manifests"};
    co_return counts;
}

}  // namespace

int index_referrers(index_referrers_options options) {
    const auto loaded = load_configuration(options.file);
    if (!loaded) return exit_code::misused;
    const auto name = oci::repository_name::parse(options.repository);
    if (!options.repository.empty() && !name) {
        std::fprintf(stderr, "berth: --repository: \"%s\" is no name of a repository\n", options.repository.c_str());
        return exit_code::misused;
    }

    async::io_runtime runtime{1};
    const auto driver = open_storage(loaded->settings.storage);
    if (!driver) return exit_code::misused;

    progress_line line;
    referrer_indexer::options how{.dry_run = options.dry_run};
    how.on_progress = [&](const referrer_indexer::counts& counts) { line.show(to_text(counts, options.dry_run)); };
    how.on_unreadable = [&](const oci::repository_name& in, const oci::digest& digest, const std::string& why) {
        line.clear();
        std::fprintf(stderr, "berth: %s@%s cannot be read: %s\n", in.str().c_str(), digest.str().c_str(), why.c_str());
    };
    const oci::repository_name* only = name ? &*name : nullptr;
    const auto counts = run_to_end(runtime, index(*driver, only, std::move(how)));
    line.clear();
    std::printf("%s\n", to_text(counts, options.dry_run).c_str());
    return exit_code::ok;
}

}  // namespace berth::cli
