#include "registry/garbage_collector.hpp"

#include "async/for_each.hpp"
#include "base/log.hpp"
#include "base/random_id.hpp"
#include "registry/list_digests.hpp"
#include "registry/trash.hpp"

#include <algorithm>
#include <utility>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How much goes on side by side.
constexpr std::size_t reads_at_once = 16;
constexpr std::size_t marks_at_once = 32;
constexpr std::size_t removals_at_once = 16;
constexpr std::size_t files_at_once = 1000;

constexpr std::chrono::seconds renewal{30};

/// More than this of all blobs, or of their bytes, is more than a collection usually finds: a fifth.
constexpr std::uint64_t largest_share = 5;
/// Fewer prove nothing.
constexpr std::uint64_t few_blobs = 100;
constexpr std::uint64_t few_manifests = 20;

std::string name_of(const storage::path& file) {
    return file.substr(file.rfind('/') + 1);
}

// The id that a mark of that kind ends with; empty for other names.
std::string_view id_in(std::string_view name, std::string_view kind) {
    return name.starts_with(kind) ? name.substr(kind.size()) : std::string_view{};
}

bool is_wanted(std::string_view name) {
    return name.starts_with(mark::wanted);
}

}  // namespace

garbage_collector::garbage_collector(storage::driver& driver, options options)
    : driver_{driver},
      options_{std::move(options)},
      self_{.id = random_uuid()},
      reclaimer_{driver,
                 {.collection = self_.id,
                  .with_trash = options_.trash_retention.count() != 0,
                  .may_go_on = [this](wall_time now) { return self_.may_go_on(now); },
                  .guards = options_.guards}} {}

awaitable<garbage_collector::counts> garbage_collector::collect() {
    self_.begun = std::chrono::floor<std::chrono::seconds>(co_await driver_.now());
    if (options_.dry_run) {
        co_await run();
        co_return counts_;
    }
    co_await try_the_store();
    co_await self_.renew(driver_, self_.begun);
    std::exception_ptr failure;
    try {
        co_await run();
    } catch (...) {
        failure = std::current_exception();
    }
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await clean_up();
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (failure) std::rethrow_exception(failure);
    co_return counts_;
}

// Whether it refuses a removal that comes too late, and shows at once what was written and removed.
awaitable<void> garbage_collector::try_the_store() {
    const storage::path probe = layout::running_collection(self_.id);
    co_await self_.renew(driver_, self_.begun);
    const auto names = co_await driver_.list(layout::running_collections());
    if (std::ranges::find(names, self_.id) == names.end())
        throw storage::error{
            "the store does not list a file that was written just now, so nothing can be removed from it "
            "while others write"};
    const bool removed = co_await driver_.remove_until(probe, self_.begun - std::chrono::seconds{2});
    const auto left = co_await driver_.stat(probe);
    if (removed || !left)
        throw storage::error{
            "the store obeys a request that has expired, so nothing can be removed from it while others "
            "write"};
}

// Whoever reads the marks of a collection that is not registered knows that it removes nothing any more.
awaitable<void> garbage_collector::clean_up() {
    try {
        for (const auto& [file, what] : condemned_) co_await reclaimer_.give_up(what);
        co_await self_.end(driver_);
    } catch (const std::exception& error) {
        log::warn(
            "a collection of garbage could not take its marks back; the next one does, in ten minutes at the soonest",
            {{"collection", self_.id}, {"error", error.what()}});
    }
}

awaitable<void> garbage_collector::run() {
    reference_marker::options how{.guards = options_.guards,
                                  .on_line = options_.on_line,
                                  .on_problem = options_.on_problem,
                                  .on_progress = [this] { return renew(); }};
    if (options_.delete_untagged) how.untagged_before = so_long_before_now(options_.grace);
    marker_.emplace(driver_, std::move(how));
    co_await marker_->mark_all();
    check_problems();
    counts_.manifests = marker_->doomed().size();
    co_await find_candidates();
    co_await hold_back_new_ones();
    list_candidates();
    co_await check_limits();
    if (options_.dry_run) co_return;
    co_await remove_manifests();
    co_await remove_blobs();
    co_await look_through_trash();
    co_await remove_old_intents();
    co_await report();
}

// No time at all is that of things that are not there yet, too.
wall_time garbage_collector::so_long_before_now(std::chrono::seconds age) const {
    return age.count() == 0 ? wall_time::max() : self_.begun - age;
}

awaitable<void> garbage_collector::find_candidates() {
    storage::path last;
    storage::file_page page;
    std::map<oci::digest, seen_blob> unmarked;
    std::vector<seen_mark> marks_of_others;
    do {
        page = co_await driver_.list_files(layout::blobs(), last, files_at_once);
        if (!page.files.empty()) last = page.files.back().file;
        for (const storage::listed_file& one : page.files) {
            const storage::path folder = one.file.substr(0, one.file.rfind('/'));
            const auto digest = layout::parse_blob_data(folder + "/data");
            if (!digest) continue;
            const bool is_data = one.file == layout::blob_data(*digest);
            if (is_data) ++report_.blobs, report_.bytes += one.size_bytes;
            const bool is_mark = name_of(one.file).starts_with("gc-");
            if (marker_->is_marked(*digest)) {
                if (is_mark) marks_of_others.push_back({one.file, one.modified});
            } else if (is_data) {
                unmarked[*digest].data = one;
            } else if (is_mark) {
                unmarked[*digest].marks.push_back({one.file, one.modified});
            }
        }
        co_await renew();
    } while (page.more);
    co_await clear_stale(marks_of_others);
    for (const auto& [digest, seen] : unmarked) co_await look_at(digest, seen);
}

awaitable<void> garbage_collector::look_at(const oci::digest& digest, const seen_blob& seen) {
    const bool is_wanted = co_await clear_stale(seen.marks);
    if (!seen.data || is_wanted) co_return;
    if (seen.data->modified >= so_long_before_now(options_.grace)) {
        ++counts_.waiting;
        co_return;
    }
    candidates_.push_back({digest, seen.data->size_bytes});
}

// Removes marks that nobody reckons with any more; true when one of those that stay is of a writer.
awaitable<bool> garbage_collector::clear_stale(const std::vector<seen_mark>& marks) {
    if (marks.empty()) co_return false;
    // After the marks were seen: a collection that wrote one of them is among these, or has ended.
    const auto running = co_await list_running_collections(driver_, co_await driver_.now());
    bool has_wanted = false;
    for (const seen_mark& one : marks) {
        if (is_stale(one, running)) {
            if (!options_.dry_run) co_await driver_.remove_file(one.file);
        } else {
            has_wanted = has_wanted || is_wanted(name_of(one.file));
        }
    }
    co_return has_wanted;
}

bool garbage_collector::is_stale(const seen_mark& mark, const std::vector<running_collection>& running) const {
    const std::string name = name_of(mark.file);
    const auto is_of_running = [&](std::string_view id) {
        return std::ranges::any_of(running, [id](const running_collection& one) { return one.id == id; });
    };
    for (const auto kind : {mark::condemned, mark::doomed})
        if (const auto id = id_in(name, kind); !id.empty()) return !is_of_running(id);
    if (!is_wanted(name)) return false;
    if (!options_.guards.keep_wanted_marks) return true;
    const auto is_older = [&](const running_collection& one) { return one.begun <= mark.modified; };
    return self_.begun > mark.modified && std::ranges::none_of(running, is_older);
}

// Those that no collection before this one has found stay for another time.
awaitable<void> garbage_collector::hold_back_new_ones() {
    if (options_.quarantine.count() == 0) co_return;
    const auto before = co_await read_unreferenced(driver_);
    unreferenced_since now;
    for (const candidate& one : candidates_) {
        const auto known = before.find(one.digest);
        now.emplace(one.digest, known == before.end() ? self_.begun : std::min(known->second, self_.begun));
    }
    if (!options_.dry_run && (!now.empty() || !before.empty())) co_await write_unreferenced(driver_, now);
    const auto is_new = [&](const candidate& one) { return now.at(one.digest) > self_.begun - options_.quarantine; };
    counts_.waiting += std::erase_if(candidates_, is_new);
}

void garbage_collector::list_candidates() {
    counts_.marked = marker_->marked();
    counts_.blobs = candidates_.size();
    for (const candidate& one : candidates_) counts_.bytes += one.size_bytes;
    say("\n" + std::to_string(counts_.marked) + " blobs marked, " + std::to_string(counts_.blobs) + " blobs and " +
        std::to_string(counts_.manifests) + " manifests eligible for deletion");
    for (const candidate& one : candidates_) say("blob eligible for deletion: " + one.digest.str());
}

awaitable<void> garbage_collector::check_limits() {
    if (options_.force) co_return;
    const auto last = co_await read_last_report(driver_);
    if (last && last->manifests >= few_manifests && marker_->manifests() < last->manifests / 2)
        throw storage::error{"there are " + std::to_string(marker_->manifests()) +
                             " manifests, and the last collection found " + std::to_string(last->manifests) +
                             "; nothing was removed: find out where they are, and if they "
                             "are to be gone, run this with --force"};
    const bool at_once =
        options_.grace.count() == 0 && options_.quarantine.count() == 0 && options_.trash_retention.count() == 0;
    const bool is_much = counts_.blobs > report_.blobs / largest_share || counts_.bytes > report_.bytes / largest_share;
    if (!at_once && counts_.blobs > few_blobs && is_much)
        throw storage::error{
            std::to_string(counts_.blobs) + " of " + std::to_string(report_.blobs) +
            " blobs would go, more than a fifth; nothing was removed: if that is right, run this with --force"};
}

awaitable<void> garbage_collector::condemn_all(std::vector<collected_file> all) {
    const auto condemn_one = [this](const collected_file& what) { return condemn(what); };
    co_await async::for_each(all, marks_at_once, condemn_one);
    co_await marker_->mark_again();
    check_problems();
}

awaitable<void> garbage_collector::condemn(const collected_file& what) {
    co_await renew();
    condemned_.emplace(what.file, what);
    co_await reclaimer_.condemn(what);
}

// False when somebody counts on it.
awaitable<bool> garbage_collector::reclaim(const collected_file& what, std::vector<storage::path> others) {
    co_await renew();
    const bool removed = co_await reclaimer_.reclaim(what, std::move(others));
    condemned_.erase(what.file);
    ++counts_.done;
    if (!removed) ++counts_.kept;
    report_progress();
    co_return removed;
}

// What refers to something goes before it, so that whoever is stopped leaves garbage and nothing that points nowhere.
awaitable<void> garbage_collector::remove_manifests() {
    if (marker_->doomed().empty()) co_return;
    std::vector<collected_file> all;
    for (const auto& one : marker_->doomed()) all.push_back(revision_file(one.repository, one.digest));
    const auto clear = [this](const collected_file& what) { return clear_stale_beside(what); };
    co_await async::for_each(all, reads_at_once, clear);
    co_await condemn_all(std::move(all));
    const auto remove_one = [this](const reference_marker::doomed_manifest& one) { return remove_manifest(one); };
    co_await async::for_each(marker_->doomed(), removals_at_once, remove_one);
    marker_->forget_doomed();
    co_await pardon_others();
}

awaitable<void> garbage_collector::clear_stale_beside(const collected_file& what) {
    const storage::path from_start;
    const storage::file_page page = co_await driver_.list_files(what.folder, from_start, files_at_once);
    std::vector<seen_mark> marks;
    for (const storage::listed_file& one : page.files)
        if (name_of(one.file).starts_with("gc-")) marks.push_back({one.file, one.modified});
    co_await clear_stale(marks);
}

awaitable<void> garbage_collector::remove_manifest(const reference_marker::doomed_manifest& one) {
    std::vector<storage::path> others;
    if (one.subject) others.push_back(layout::referrer_link(one.repository, *one.subject, one.digest));
    const bool removed = co_await reclaim(revision_file(one.repository, one.digest), std::move(others));
    if (!removed) co_return;
    ++report_.removed_manifests;
    const auto tags = co_await driver_.list(layout::tags(one.repository));
    const auto forget = [&](const std::string& entry) { return remove_from_history(one, entry); };
    co_await async::for_each(tags, reads_at_once, forget);
}

awaitable<void> garbage_collector::remove_from_history(const reference_marker::doomed_manifest& one,
                                                       const std::string& entry) {
    const auto tag = oci::tag::parse(entry);
    if (tag) co_await driver_.remove(layout::tag_index_entry(one.repository, *tag, one.digest));
}

awaitable<void> garbage_collector::remove_blobs() {
    if (candidates_.empty()) co_return;
    std::vector<collected_file> all;
    for (const candidate& one : candidates_) all.push_back(blob_file(one.digest));
    co_await condemn_all(std::move(all));
    std::erase_if(candidates_, [this](const candidate& one) { return marker_->is_marked(one.digest); });
    const auto remove_one = [this](const candidate& one) { return remove_blob(one); };
    co_await async::for_each(candidates_, removals_at_once, remove_one);
    co_await pardon_others();
}

awaitable<void> garbage_collector::remove_blob(const candidate& one) {
    const bool removed = co_await reclaim(blob_file(one.digest), {});
    if (!removed) co_return;
    ++report_.removed_blobs;
    report_.removed_bytes += one.size_bytes;
}

// Those that something refers to now.
awaitable<void> garbage_collector::pardon_others() {
    for (const auto& [file, what] : std::exchange(condemned_, {})) {
        co_await reclaimer_.pardon(what);
        ++counts_.done;
        ++counts_.kept;
    }
}

awaitable<void> garbage_collector::look_through_trash() {
    trash in_trash{driver_,
                   {.is_referred_to = [this](const oci::digest& digest) { return marker_->is_marked(digest); },
                    .older_than = so_long_before_now(options_.trash_retention)}};
    const auto found = co_await in_trash.look_through();
    counts_.restored = found.restored;
    counts_.in_trash = found.held;
    counts_.in_trash_bytes = found.held_bytes;
}

// Of pushes that have died. They have counted for nothing since they were a day old.
awaitable<void> garbage_collector::remove_old_intents() {
    const wall_time oldest = self_.begun - std::chrono::hours{48};
    storage::path last;
    storage::file_page page;
    do {
        page = co_await driver_.list_files(layout::intents(), last, files_at_once);
        if (!page.files.empty()) last = page.files.back().file;
        for (const storage::listed_file& one : page.files)
            if (one.modified < oldest) co_await driver_.remove_file(one.file);
    } while (page.more && !page.files.empty());
}

awaitable<void> garbage_collector::report() {
    report_.ended = co_await driver_.now();
    report_.repositories = counts_.repositories;
    report_.manifests = marker_->manifests();
    report_.restored_blobs = counts_.restored;
    report_.trash_blobs = counts_.in_trash;
    report_.trash_bytes = counts_.in_trash_bytes;
    co_await write_report(driver_, report_);
}

awaitable<void> garbage_collector::renew() {
    counts_.repositories = marker_->repositories();
    counts_.marked = marker_->marked();
    report_progress();
    if (options_.dry_run || std::chrono::steady_clock::now() < next_renewal_) co_return;
    next_renewal_ = std::chrono::steady_clock::now() + renewal;
    const wall_time now = co_await driver_.now();
    if (self_.may_go_on(now)) co_await self_.renew(driver_, now);
}

void garbage_collector::check_problems() const {
    if (marker_->has_problems())
        throw storage::error{"nothing was deleted; mend or remove what is named above, and run this again"};
}

void garbage_collector::say(const std::string& line) const {
    if (options_.on_line) options_.on_line(line);
}

void garbage_collector::report_progress() const {
    if (options_.on_progress) options_.on_progress(counts_);
}

}  // namespace berth::registry
