#include "registry/upload_purger.hpp"

#include "base/log.hpp"
#include "base/random_id.hpp"
#include "registry/repository_walk.hpp"

#include <algorithm>
#include <array>

namespace berth::registry {

namespace layout = storage::layout;
using std::chrono::nanoseconds;

namespace {

/// Nobody waits for it: it leaves the store to those who do.
constexpr std::size_t folders_at_once = 4;
constexpr std::size_t uploads_of_a_page = 1000;
constexpr std::size_t max_started_at_bytes = 64;

}  // namespace

upload_purger::upload_purger(storage::driver& driver, upload_store& uploads, options options)
    : driver_{driver},
      uploads_{uploads},
      options_{options},
      turn_{driver, layout::upload_purge_lease(), options.interval} {}

awaitable<void> upload_purger::run() {
    return turn_.run([this] { return take_turn(); });
}

awaitable<nanoseconds> upload_purger::take_turn() {
    const auto age = std::chrono::duration_cast<wall_time::duration>(options_.age);
    try {
        // Who only says what would go says it beside the node that has it go, and writes nothing.
        if (options_.dry_run) {
            co_await purge(std::chrono::system_clock::now() - age);
            co_return options_.interval;
        }
        const auto turn = co_await turn_.try_to_take();
        if (!turn.taken) co_return turn.until_next;
        co_await purge(*turn.taken - age);  // by the clock that has dated all else
    } catch (const storage::error& failure) {
        counted_.failures.add(1);
        log::warn("uploads could not be purged", {{"error", failure.what()}});
    }
    co_return options_.interval;
}

awaitable<void> upload_purger::purge(wall_time older_than) {
    log::info("purging uploads",
              {{"older_than", format_rfc3339(older_than)}, {"dry_run", options_.dry_run ? "true" : "false"}});
    const auto counts = [this] {
        return std::array{counted_.uploads.value(), counted_.unfinished.value(), counted_.failures.value()};
    };
    const auto at_start = counts();
    repository_walk how;
    how.at_once = folders_at_once;
    how.on_odd_folder = [](const storage::path&) {};
    how.visit = [&](const oci::repository_name& name, const std::vector<std::string>& entries) {
        const bool has_uploads = std::ranges::find(entries, layout::uploads_folder) != entries.end();
        return purge_folder_of(name, has_uploads, older_than);
    };
    std::exception_ptr broke_off;
    try {
        co_await walk_repositories(driver_, how);
    } catch (const storage::error&) {
        broke_off = std::current_exception();  // one folder that cannot be listed, and what is paid for would stay
    }
    co_await purge_unfinished(older_than);
    if (broke_off) std::rethrow_exception(broke_off);
    const auto at_end = counts();
    log::info("uploads are purged", {{"uploads", std::to_string(at_end[0] - at_start[0])},
                                     {"unfinished", std::to_string(at_end[1] - at_start[1])},
                                     {"failures", std::to_string(at_end[2] - at_start[2])}});
}

awaitable<void> upload_purger::purge_folder_of(const oci::repository_name& name, bool has_uploads,
                                               wall_time older_than) {
    if (!has_uploads) co_return;
    storage::name_page page;
    do {
        const std::string after = page.names.empty() ? "" : page.names.back();
        page = co_await driver_.list_page(layout::uploads(name), after, uploads_of_a_page);
        for (const std::string& entry : page.names)
            if (is_uuid(entry)) co_await try_to_purge_upload(name, entry, older_than);
    } while (page.more && !page.names.empty());
}

awaitable<void> upload_purger::try_to_purge_upload(const oci::repository_name& name, const std::string& uuid,
                                                   wall_time older_than) {
    try {
        co_await purge_upload(name, uuid, older_than);
    } catch (const storage::error& failure) {
        counted_.failures.add(1);
        log::warn("an abandoned upload could not be removed",
                  {{"repository", name.str()}, {"upload", uuid}, {"error", failure.what()}});
    }
}

awaitable<void> upload_purger::purge_upload(const oci::repository_name& name, const std::string& uuid,
                                            wall_time older_than) {
    if (uploads_.works_on(uuid)) co_return;
    const auto last_sign = co_await last_sign_of(name, uuid, older_than);
    if (!last_sign || *last_sign >= older_than) co_return;
    log::info("an upload was abandoned", {{"repository", name.str()},
                                          {"upload", uuid},
                                          {"since", format_rfc3339(*last_sign)},
                                          {"removed", options_.dry_run ? "false" : "true"}});
    if (options_.dry_run) co_return;
    co_await driver_.remove(layout::upload(name, uuid));
    counted_.uploads.add(1);
}

// The youngest of all dates there are, where none is younger than that. What has none may be anything.
awaitable<std::optional<wall_time>> upload_purger::last_sign_of(const oci::repository_name& name,
                                                                const std::string& uuid, wall_time older_than) {
    const auto note = co_await driver_.find(layout::upload_started_at(name, uuid), max_started_at_bytes);
    std::optional<wall_time> last;
    if (note) last = parse_rfc3339(*note);
    if (last && *last >= older_than) co_return last;  // most often: one request
    constexpr std::size_t more_than_there_are = 1000;
    const storage::path from_start;
    const storage::file_page page =
        co_await driver_.list_files(layout::upload(name, uuid), from_start, more_than_there_are);
    for (const storage::listed_file& file : page.files)
        if (layout::is_of_upload(file.file.substr(file.file.rfind('/') + 1)))
            last = std::max(last.value_or(file.modified), file.modified);
    co_return last;
}

// An upload's parts may have begun long before its last state was written, at another node.
awaitable<bool> upload_purger::is_abandoned(const storage::unfinished_file& one, wall_time older_than) {
    if (one.begun >= older_than) co_return false;
    const auto pushed = layout::parse_pushed_file(one.target);
    if (!pushed) co_return false;
    if (pushed->blob) co_return !uploads_.works_on(*pushed->blob);
    if (uploads_.works_on(pushed->uuid)) co_return false;
    const auto last_sign = co_await last_sign_of(*pushed->repository, pushed->uuid, older_than);
    co_return !last_sign || *last_sign < older_than;
}

awaitable<void> upload_purger::purge_unfinished(wall_time older_than) {
    const storage::path everywhere{layout::root};
    storage::unfinished_page page;
    do {
        page = co_await driver_.list_unfinished(everywhere, page.next);
        for (const storage::unfinished_file& one : page.files) {
            const bool abandoned = co_await is_abandoned(one, older_than);
            if (abandoned) co_await try_to_remove(one);
        }
    } while (!page.next.empty());
}

awaitable<void> upload_purger::try_to_remove(const storage::unfinished_file& one) {
    log::info(
        "a file was never finished",
        {{"file", one.target}, {"since", format_rfc3339(one.begun)}, {"removed", options_.dry_run ? "false" : "true"}});
    if (options_.dry_run) co_return;
    try {
        co_await driver_.remove_unfinished(one);
        counted_.unfinished.add(1);
    } catch (const storage::error& failure) {
        counted_.failures.add(1);
        log::warn("what was never finished could not be removed", {{"file", one.target}, {"error", failure.what()}});
    }
}

}  // namespace berth::registry
