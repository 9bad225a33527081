#include "cli/fsck.hpp"

#include "cli/commands.hpp"
#include "cli/load_configuration.hpp"
#include "cli/open_storage.hpp"
#include "cli/progress_bars.hpp"
#include "cli/progress_line.hpp"
#include "cli/run_to_end.hpp"
#include "registry/fsck.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>

namespace berth::cli {

namespace {

namespace json = boost::json;
using check = registry::fsck;

std::string progress_text(const check::counts& counts, bool deep) {
    std::string text =
        std::to_string(counts.blobs) + " blobs, " + std::to_string(counts.repositories) + " repositories";
    if (deep) text += ", " + size_text(counts.hashed_bytes) + " of " + size_text(counts.bytes) + " hashed";
    return text;
}

std::string count(std::uint64_t number, const char* what) {
    return std::to_string(number) + ' ' + what;
}

std::string summary(const check::counts& counts, std::size_t wrong, std::size_t repaired) {
    std::string text = count(counts.repositories, "repositories, ") + count(counts.manifests, "manifests, ") +
                       count(counts.tags, "tags, ") + count(counts.blobs, "blobs, ") + size_text(counts.bytes) + "\n" +
                       count(counts.unreferenced, "blobs unreferenced, ") + size_text(counts.unreferenced_bytes) +
                       "; " + count(counts.uploads, "files of open uploads; ") +
                       count(counts.in_trash, "blobs in the trash; ") +
                       count(counts.unknown, "files of somebody else") + "\n";
    text += wrong == 0 ? "nothing is wrong" : count(wrong, "things are wrong");
    if (repaired != 0) text += ", " + count(repaired, "were, and are repaired");
    return text;
}

json::object to_json(const check::counts& counts) {
    return {{"repositories", counts.repositories},
            {"manifests", counts.manifests},
            {"tags", counts.tags},
            {"links", counts.links},
            {"blobs", counts.blobs},
            {"bytes", counts.bytes},
            {"unreferencedBlobs", counts.unreferenced},
            {"unreferencedBytes", counts.unreferenced_bytes},
            {"uploadFiles", counts.uploads},
            {"trashBlobs", counts.in_trash},
            {"unknownFiles", counts.unknown},
            {"hashedBytes", counts.hashed_bytes}};
}

json::object to_json(const check::finding& one) {
    return {{"kind", one.kind}, {"file", one.where}, {"text", one.text}, {"repaired", one.is_repaired}};
}

awaitable<check::counts> run_check(storage::driver& driver, check::options options) {
    co_await reach(driver);
    check all{driver, std::move(options)};
    co_return co_await all.check();
}

int check_storage(fsck_options& options) {
    const auto loaded = load_configuration(options.file);
    if (!loaded) return exit_code::misused;
    async::io_runtime runtime{1};
    const auto driver = open_storage(loaded->settings.storage);
    if (!driver) return exit_code::misused;

    progress_line line;
    json::array findings;
    std::size_t wrong = 0, repaired = 0;
    check::options how{.deep = options.deep, .repair = options.repair};
    how.on_finding = [&](const check::finding& one) {
        line.clear();
        ++(one.is_repaired ? repaired : wrong);
        if (options.json) {
            findings.push_back(to_json(one));
        } else {
            std::printf("%s%s: %s: %s\n", one.is_repaired ? "repaired " : "", one.kind.c_str(), one.where.c_str(),
                        one.text.c_str());
        }
    };
    how.on_unknown = [&](const storage::path& file) {
        line.clear();
        if (!options.quiet && !options.json) std::printf("not ours: %s\n", file.c_str());
    };
    if (!options.quiet) how.on_progress = [&](const auto& counts) { line.show(progress_text(counts, options.deep)); };
    const auto counts = run_to_end(runtime, run_check(*driver, std::move(how)));
    line.clear();
    if (options.json) {
        json::object all;
        all["findings"] = std::move(findings);
        all["counts"] = to_json(counts);
        std::printf("%s\n", json::serialize(all).c_str());
    } else if (!options.quiet) {
        std::printf("%s\n", summary(counts, wrong, repaired).c_str());
    }
    return wrong == 0 ? exit_code::ok : exit_code::failed;
}

}  // namespace

int fsck(fsck_options options) {
    try {
        return check_storage(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "berth: %s\nberth: not all was looked at, so nothing is known\n", error.what());
        return exit_code::misused;
    }
}

}  // namespace berth::cli
