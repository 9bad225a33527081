#include "cache/shared_holdings.hpp"

#include "async/cancellation.hpp"
#include "base/log.hpp"
#include "cache/shared_keys.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace berth::cache {

namespace {

/// Changes that are sent together.
constexpr std::size_t most_at_once = 100;
/// When it is tried again to tell redis something while all connections are at work.
constexpr std::chrono::milliseconds when_busy{50};
/// Who deletes waits no longer: redis will be told all the same.
constexpr std::chrono::seconds longest_settling{5};

}  // namespace

shared_holdings::shared_holdings(redis::client::options server, options options, const asio::any_io_executor& executor)
    : options_{options}, executor_{executor}, client_{std::move(server)}, something_waits_{executor} {}

awaitable<std::optional<std::uint64_t>> shared_holdings::find(oci::repository_name name, oci::digest digest) {
    if (!can_be_believed()) co_return std::nullopt;
    counts_.asked.add();
    const epoch before = now();
    const outcome asked = co_await ask(ask_for_blob(name, digest));
    const auto size = size_in(asked.replies, digest);
    if (!size || before.number != now().number) co_return std::nullopt;
    counts_.found.add();
    co_return size;
}

bool shared_holdings::can_be_believed() const {
    if (options_.lifetime == clock::duration::zero() || is_away_) return false;
    const std::lock_guard lock{mutex_};
    return clock::now() >= believed_from_;
}

// Where redis does not answer, or refuses something, that is a line in the log.
awaitable<shared_holdings::outcome> shared_holdings::ask(std::vector<redis::command> commands) {
    outcome made;
    std::string because;
    try {
        made.replies = co_await client_.run(std::move(commands));
        made.is = outcome::kind::done;
        co_return made;
    } catch (const redis::busy&) {
        counts_.failed.add();
        co_return made;
    } catch (const redis::refused& error) {
        was_refused(error.what());
        made.is = outcome::kind::refused;
        co_return made;
    } catch (const std::exception& error) {
        if (async::is_cancellation(error)) throw;
        because = error.what();
    }
    failed(because);
    co_return made;
}

void shared_holdings::failed(const std::string& because) {
    counts_.failed.add();
    if (is_away_.exchange(true)) return;
    log::warn("redis does not answer; who holds which blob is asked of the storage until it does",
              {{"redis", client_.server()}, {"because", because}});
    something_waits_.notify();
}

// It answers, so it is not away.
void shared_holdings::was_refused(const std::string& because) {
    counts_.failed.add();
    if (has_refused_.exchange(true)) return;
    log::warn("redis does not do all it is told; this is said once",
              {{"redis", client_.server()}, {"because", because}});
}

// It cannot be told of these deletes, now or later. What nodes have said before them counts for a lifetime at most.
void shared_holdings::wait_out(const std::vector<change>& refused) {
    if (std::ranges::none_of(refused, &change::is_deleted)) return;
    const std::lock_guard lock{mutex_};
    believed_from_ = clock::now() + options_.lifetime;
}

// Not while a delete waits that came meanwhile.
void shared_holdings::answered() {
    const std::lock_guard lock{mutex_};
    if (std::ranges::any_of(queue_, &change::is_deleted)) return;
    if (is_away_.exchange(false)) log::info("redis answers again", {{"redis", client_.server()}});
}

shared_holdings::epoch shared_holdings::now() const {
    const auto at = clock::now();
    const std::lock_guard lock{mutex_};
    return {at, epoch_};
}

void shared_holdings::note(const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes,
                           const epoch& asked) {
    const std::lock_guard lock{mutex_};
    if (asked.number != epoch_ || is_away_) return;
    enqueue({name, digest, size_bytes, asked.at + options_.lifetime});
}

void shared_holdings::doubt(const oci::repository_name& name, const oci::digest& digest) {
    const std::lock_guard lock{mutex_};
    if (!is_away_) enqueue({name, digest, std::nullopt});
}

void shared_holdings::forget(const oci::repository_name& name, const oci::digest& digest) {
    const std::lock_guard lock{mutex_};
    ++epoch_;
    enqueue({.name = name, .digest = digest, .size_bytes = std::nullopt, .is_deleted = true});
}

// Where too much waits, the oldest goes.
void shared_holdings::enqueue(change one) {
    if (queue_.size() >= options_.max_pending) {
        const auto dispensable = std::ranges::find(queue_, false, &change::is_deleted);
        const bool only_deletes = dispensable == queue_.end();
        if (only_deletes) believed_from_ = clock::now() + options_.lifetime;
        queue_.erase(only_deletes ? queue_.begin() : dispensable);
    }
    one.number = ++last_number_;
    queue_.push_back(std::move(one));
    something_waits_.notify();
}

awaitable<void> shared_holdings::settle() {
    const auto told = std::make_shared<async::wakeup>(co_await asio::this_coro::executor);
    {
        const std::lock_guard lock{mutex_};
        if (is_away_) co_return;
        waiting_.push_back({last_number_, told});
    }
    something_waits_.notify();
    co_await told->sleep(clock::now() + longest_settling);
}

std::vector<shared_holdings::change> shared_holdings::take_some() {
    const std::lock_guard lock{mutex_};
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(most_at_once, queue_.size()));
    std::vector<change> taken{std::make_move_iterator(queue_.begin()), std::make_move_iterator(end)};
    queue_.erase(queue_.begin(), end);
    return taken;
}

void shared_holdings::keep(std::vector<change> unsent) {
    const std::lock_guard lock{mutex_};
    queue_.insert(queue_.begin(), std::make_move_iterator(unsent.begin()), std::make_move_iterator(unsent.end()));
    std::erase_if(queue_, [](const change& one) { return !one.is_deleted; });
}

void shared_holdings::wake_who_waits() {
    std::vector<std::shared_ptr<async::wakeup>> woken;
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(waiting_, [&](const waiter& one) {
            if (!is_away_ && !queue_.empty() && queue_.front().number <= one.number) return false;
            woken.push_back(one.told);
            return true;
        });
    }
    for (const auto& one : woken) one->notify();
}

bool shared_holdings::has_waiting() const {
    const std::lock_guard lock{mutex_};
    return !queue_.empty();
}

// True when redis has been told something, and more may wait. `ask_anyway`: also where there is nothing to tell.
awaitable<bool> shared_holdings::tell_some(bool ask_anyway) {
    std::vector<change> changes = take_some();
    const bool has_changes = !changes.empty();
    std::vector<redis::command> commands;
    const auto at = clock::now();
    for (const change& one : changes) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(one.until - at);
        const auto said = one.size_bytes ? add_blob(one.name, one.digest, *one.size_bytes, left)
                                         : remove_blob(one.name, one.digest, one.is_deleted);
        commands.insert(commands.end(), said.begin(), said.end());
    }
    if (!has_changes && ask_anyway) commands.push_back({"PING"});
    outcome told;
    if (!commands.empty()) told = co_await ask(std::move(commands));
    if (told.is == outcome::kind::refused) wait_out(changes);
    const bool has_answered = told.is != outcome::kind::unknown;
    if (!has_answered) keep(std::move(changes));
    // Not before it was told all that has waited: then it can be believed again.
    if (has_answered && !has_changes) answered();
    wake_who_waits();
    co_return has_answered && (has_changes || has_waiting());
}

awaitable<void> shared_holdings::run() {
    bool ask_anyway = true;  // so that the log says at once what is wrong
    for (;;) {
        bool more = true;
        while (more) more = co_await tell_some(ask_anyway);
        ask_anyway = is_away_;
        if (ask_anyway) {
            asio::steady_timer rest{executor_, options_.rest};
            co_await rest.async_wait(asio::use_awaitable);
        } else {
            co_await something_waits_.sleep(has_waiting() ? clock::now() + when_busy : clock::time_point::max());
        }
    }
}

}  // namespace berth::cache
