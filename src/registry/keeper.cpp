#include "registry/keeper.hpp"

#include "base/log.hpp"
#include "base/random_id.hpp"

#include <algorithm>

namespace berth::registry {

namespace {

constexpr std::size_t max_mark_bytes = 1024;

bool any_begins(const std::vector<std::string>& names, std::string_view with) {
    return std::ranges::any_of(names, [with](const std::string& name) { return name.starts_with(with); });
}

}  // namespace

awaitable<bool> keeper::keep(collected_file what) {
    auto names = co_await driver_.list(what.folder);
    const bool is_marked = any_begins(names, mark::condemned) || any_begins(names, mark::doomed);
    if (is_marked && on_.leave_marks) {
        co_await driver_.put(what.folder + "/" + std::string{mark::wanted} + random_uuid(), "");
        // Either the collection sees that before it removes anything, or its word of the removal is seen here.
        names = co_await driver_.list(what.folder);
    }
    if (any_begins(names, mark::doomed) && on_.wait_for_removals) {
        co_await wait_for_removals(what, names);
        names = co_await driver_.list(what.folder);
    }
    co_return co_await is_there(what, names);
}

awaitable<void> keeper::wait_for_removals(const collected_file& what, const std::vector<std::string>& names) {
    wall_time latest{};
    for (const std::string& name : names) {
        if (!name.starts_with(mark::doomed)) continue;
        const auto content = co_await driver_.find(what.folder + "/" + name, max_mark_bytes);
        if (!content) continue;  // whoever wrote it knows that it removes nothing any more
        const auto until = parse_rfc3339(*content);
        latest = std::max(latest, until ? *until : co_await driver_.now() + storage::driver::longest_deadline);
    }
    if (latest != wall_time{}) co_await driver_.wait_until_past(latest);
}

awaitable<bool> keeper::is_there(const collected_file& what, const std::vector<std::string>& names) {
    const std::string_view name = std::string_view{what.file}.substr(what.folder.size() + 1);
    if (std::ranges::find(names, name) != names.end()) co_return true;
    if (!what.trash) co_return false;
    co_return co_await driver_.copy(*what.trash, what.file);
}

awaitable<bool> keeper::restore(oci::digest blob) {
    const bool restored = co_await driver_.copy(storage::layout::trashed_blob(blob), storage::layout::blob_data(blob));
    if (restored) log::warn("a blob that somebody needs was taken out of the trash", {{"digest", blob.str()}});
    co_return restored;
}

}  // namespace berth::registry
