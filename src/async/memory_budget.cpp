#include "async/memory_budget.hpp"

#include <algorithm>
#include <exception>

namespace berth::async {

void memory_budget::claim::release() {
    if (from_) std::exchange(from_, nullptr)->give_back(bytes_, by_, std::exchange(pages_, nullptr));
}

char* memory_budget::claim::pages() {
    if (!pages_) pages_ = map_pages(bytes_);
    return pages_;
}

memory_budget::member::member(memory_budget& of) : of_{of} {
    const std::lock_guard lock{of_.mutex_};
    ++of_.members_;
}

memory_budget::member::~member() {
    const std::lock_guard lock{of_.mutex_};
    --of_.members_;
}

std::size_t memory_budget::member::fair_share() const {
    const std::lock_guard lock{of_.mutex_};
    return of_.limit_ * 3 / (of_.members_ * 3 + 1);
}

awaitable<memory_budget::claim> memory_budget::acquire(std::size_t bytes, filled_by by) {
    if (auto at_once = try_acquire(bytes, by)) co_return std::move(*at_once);

    const auto me = std::make_shared<waiter>(co_await asio::this_coro::executor, bytes, by);
    std::list<std::shared_ptr<waiter>>::iterator place;
    {
        const std::lock_guard lock{mutex_};
        place = waiters_.insert(waiters_.end(), me);
        grant_in_turn();  // what was claimed a moment ago may be free by now
    }
    std::exception_ptr cancelled;
    try {
        while (!is_granted(*me)) co_await me->turn.sleep();
    } catch (...) {
        cancelled = std::current_exception();
    }
    const std::lock_guard lock{mutex_};
    if (me->granted) co_return claim{*this, bytes, by, me->pages};
    waiters_.erase(place);
    grant_in_turn();  // the one behind may want less
    std::rethrow_exception(cancelled);
}

bool memory_budget::is_granted(const waiter& who) const {
    const std::lock_guard lock{mutex_};
    return who.granted;
}

std::optional<memory_budget::claim> memory_budget::try_acquire(std::size_t bytes, filled_by by) {
    const std::lock_guard lock{mutex_};
    if (somebody_waits() || !fits(bytes) || !may_have(bytes, by)) return std::nullopt;
    return claim{*this, bytes, by, take(bytes, by)};
}

bool memory_budget::is_wanted() const {
    const std::lock_guard lock{mutex_};
    return somebody_waits();
}

std::size_t memory_budget::used_bytes() const {
    const std::lock_guard lock{mutex_};
    return used_;
}

std::size_t memory_budget::idle_bytes() const {
    const std::lock_guard lock{mutex_};
    return idle_.bytes();
}

std::size_t memory_budget::peak_bytes() const {
    const std::lock_guard lock{mutex_};
    return peak_;
}

// Not those clients that have to wait for other clients.
bool memory_budget::somebody_waits() const {
    return std::ranges::any_of(waiters_, [this](const auto& w) { return may_have(w->bytes, w->by); });
}

bool memory_budget::may_have(std::size_t bytes, filled_by by) const {
    const std::size_t most = limit_ / 4 * 3;
    return by == filled_by::store || filled_by_clients_ == 0 || (bytes <= most && filled_by_clients_ <= most - bytes);
}

// Idle pages for it, or null.
char* memory_budget::take(std::size_t bytes, filled_by by) {
    used_ += bytes;
    if (by == filled_by::client) filled_by_clients_ += bytes;
    peak_ = std::max(peak_, used_);
    char* pages = idle_.take(bytes);
    make_idle_pages_fit();
    return pages;
}

void memory_budget::give_back(std::size_t bytes, filled_by by, char* pages) {
    const std::lock_guard lock{mutex_};
    used_ -= bytes;
    if (by == filled_by::client) filled_by_clients_ -= bytes;
    if (pages) idle_.keep(pages, bytes);
    make_idle_pages_fit();
    grant_in_turn();
    if (used_ == 0) idle_.offer_to_kernel();
}

void memory_budget::make_idle_pages_fit() {
    idle_.shrink_to(limit_ - std::min(used_, limit_));
}

// Clients' claims that have to wait for other clients hold up nobody behind them.
void memory_budget::grant_in_turn() {
    for (auto at = waiters_.begin(); at != waiters_.end();) {
        const auto next = *at;
        if (!may_have(next->bytes, next->by)) {
            ++at;
            continue;
        }
        if (!fits(next->bytes)) return;
        at = waiters_.erase(at);
        next->pages = take(next->bytes, next->by);
        next->granted = true;
        next->turn.notify();
    }
}

}  // namespace berth::async
