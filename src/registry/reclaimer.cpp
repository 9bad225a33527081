#include "registry/reclaimer.hpp"

#include <algorithm>

namespace berth::registry {

namespace {

/// Of the time that a removal has: so much may pass before it is asked for. The rest is its way to the store.
constexpr std::chrono::seconds latest_start = storage::driver::longest_deadline - std::chrono::seconds{10};

}  // namespace

storage::path reclaimer::mark_at(const collected_file& what, std::string_view kind) const {
    return what.folder + "/" + std::string{kind} + options_.collection;
}

awaitable<void> reclaimer::condemn(collected_file what) {
    if (!options_.guards.condemn) co_return;
    co_await driver_.put(mark_at(what, mark::condemned), "");
}

awaitable<void> reclaimer::pardon(collected_file what) {
    co_await driver_.remove_file(mark_at(what, mark::condemned));
}

awaitable<void> reclaimer::give_up(collected_file what) {
    if (latest_deadline_ != wall_time{}) co_await driver_.wait_until_past(latest_deadline_);
    co_await driver_.remove_file(mark_at(what, mark::doomed));
    co_await pardon(std::move(what));
}

awaitable<bool> reclaimer::reclaim(collected_file what, std::vector<storage::path> others) {
    // Before the last word, for it may take its time.
    const bool has_copy = co_await copy_to_trash(what);
    const auto begun = std::chrono::steady_clock::now();
    const wall_time deadline = co_await begin_removal() + storage::driver::longest_deadline;
    co_await driver_.put(mark_at(what, mark::doomed), format_rfc3339(deadline));
    bool goes = has_copy;
    if (goes && options_.guards.look_for_wanted) goes = !co_await is_wanted(what);
    if (goes && options_.guards.fence) goes = std::chrono::steady_clock::now() - begun < latest_start;
    if (goes) {
        others.push_back(what.file);
        co_await remove_all(others, deadline);
        const auto left = co_await driver_.stat(what.file);
        goes = !left;
    }
    co_await driver_.remove_file(mark_at(what, mark::doomed));
    co_await pardon(std::move(what));
    co_return goes;
}

// In this order: whoever is stopped after it has asked for the time finds its deadline past.
awaitable<wall_time> reclaimer::begin_removal() {
    const auto now = std::chrono::floor<std::chrono::seconds>(co_await driver_.now());
    if (options_.guards.end_when_given_up && !options_.may_go_on(now))
        throw storage::error{
            "this collection was without a word for so long that others have given it up; run it again"};
    co_return now;
}

// False when the file is gone already.
awaitable<bool> reclaimer::copy_to_trash(const collected_file& what) {
    const auto there = co_await driver_.stat(what.file);
    if (!there) co_return false;
    if (!what.trash || !options_.with_trash) co_return true;
    // A collection that has been stopped over a large one may have left it.
    auto copy = co_await driver_.stat(*what.trash);
    const bool is_fresh =
        copy && copy->modified >= there->modified && copy->modified > co_await driver_.now() - std::chrono::hours{1};
    if (is_fresh && copy->size_bytes == there->size_bytes) co_return true;
    const bool copied = co_await driver_.copy(what.file, *what.trash);
    if (!copied) co_return false;
    copy = co_await driver_.stat(*what.trash);
    if (!copy || copy->size_bytes != there->size_bytes)
        throw storage::error{"the copy of " + what.file + " in " + *what.trash +
                             " has another size; nothing was removed"};
    co_return true;
}

awaitable<bool> reclaimer::is_wanted(const collected_file& what) {
    const auto names = co_await driver_.list(what.folder);
    co_return std::ranges::any_of(names, [](const std::string& name) { return name.starts_with(mark::wanted); });
}

// What becomes of a call that is cancelled stays open.
awaitable<void> reclaimer::remove_all(const std::vector<storage::path>& files, wall_time deadline) {
    for (const storage::path& file : files) {
        if (!options_.guards.fence) {
            co_await driver_.remove(file);
            continue;
        }
        try {
            co_await driver_.remove_until(file, deadline);
        } catch (const storage::error&) {
            throw;
        } catch (...) {
            latest_deadline_ = std::max(latest_deadline_, deadline);
            throw;
        }
    }
}

}  // namespace berth::registry
