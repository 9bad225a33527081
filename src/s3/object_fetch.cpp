#include "s3/object_fetch.hpp"

#include "async/hedge.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace berth::s3 {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t first_window = 16;
constexpr std::size_t least_range_bytes = 256 * 1024;
/// How long others wait for a reader before it is left behind.
constexpr std::chrono::milliseconds longest_wait_for_others{200};
/// How often a fetch with nothing to do looks whether others need its memory.
constexpr std::chrono::milliseconds look_around{500};
/// Of an object whose size is not known: most such objects are small.
constexpr std::size_t first_range_bytes = 512 * 1024;

}  // namespace

object_fetch::object_fetch(client& through, async::memory_budget& memory, read_pace& pace, object_key key,
                           std::uint64_t offset, std::optional<std::uint64_t> end, asio::any_io_executor executor)
    : client_{through},
      memory_{memory},
      pace_{pace},
      key_{std::move(key)},
      executor_{executor},
      ranges_{executor, async::bounded_group::no_limit},
      changed_{executor},
      end_{end},
      next_{offset},
      window_{first_window} {}

awaitable<void> object_fetch::run() {
    const auto self = shared_from_this();
    const async::memory_budget::member member{memory_};
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    try {
        for (;;) {
            auto chunk = co_await make_next_chunk(member);
            if (!chunk) break;
            ranges_.start(read_range(std::move(chunk)));
        }
    } catch (...) {
        fail(std::current_exception());
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await ranges_.wait_for_all();
    co_await asio::this_coro::throw_if_cancelled(throws);
}

// Waits for room in the window and in the budget; nothing when everything has been fetched and read, or is to end.
awaitable<std::shared_ptr<object_fetch::chunk>> object_fetch::make_next_chunk(
    const async::memory_budget::member& member) {
    for (;;) {
        std::size_t size_bytes = 0;
        bool crowded = false;
        {
            const std::lock_guard lock{mutex_};
            if (is_over()) co_return nullptr;
            share_bytes_ = member.fair_share();
            size_bytes = next_size();
            crowded = size_bytes == 0 && is_crowded();
        }
        if (size_bytes == 0) {
            const bool woken =
                co_await changed_.sleep(clock::now() + (crowded ? longest_wait_for_others : look_around));
            if (!woken) make_room_for_others(member.fair_share());
            continue;
        }
        auto claim = co_await claim_memory(size_bytes);
        if (!claim) co_return nullptr;
        const std::lock_guard lock{mutex_};
        if (is_over()) co_return nullptr;
        if (end_) size_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(size_bytes, *end_ - next_));
        auto made = std::make_shared<chunk>(chunk{next_, size_bytes, async::claimed_buffer{std::move(*claim)}});
        chunks_.push_back(made);
        held_bytes_ += size_bytes;
        next_ += size_bytes;
        co_return made;
    }
}

// Waits as one of the ranges does, so that it ends like them when nobody reads any more; nothing then.
awaitable<std::optional<async::memory_budget::claim>> object_fetch::claim_memory(std::size_t size_bytes) {
    claim_ = memory_.try_acquire(size_bytes);
    if (!claim_) ranges_.start(wait_for_memory(size_bytes));
    while (!claim_) {
        {
            const std::lock_guard lock{mutex_};
            if (is_over()) co_return std::nullopt;
        }
        co_await changed_.sleep();
    }
    co_return std::exchange(claim_, std::nullopt);
}

awaitable<void> object_fetch::wait_for_memory(std::size_t size_bytes) {
    auto claim = co_await memory_.acquire(size_bytes);
    const std::lock_guard lock{mutex_};
    if (is_over()) co_return;
    claim_.emplace(std::move(claim));
    changed_.notify();
}

// Somebody waits for a reader, or for memory of which this fetch has more than its share: its readers are slower than
// S3. What it gives back it fetches again later.
void object_fetch::make_room_for_others(std::size_t fair_share) {
    const std::lock_guard lock{mutex_};
    if (is_crowded()) return leave_slowest_behind();
    if (!memory_.is_wanted()) return;
    std::uint64_t furthest = 0;
    for (const position* who : readers_) furthest = std::max(furthest, who->next);
    while (held_bytes_ > fair_share && chunks_.back()->offset > furthest && chunks_.back()->is_complete()) {
        next_ = chunks_.back()->offset;
        held_bytes_ -= chunks_.back()->size_bytes;
        chunks_.pop_back();
    }
}

// 0 where there is no room. The first chunk always has some: a reader needs one to go on at all.
std::size_t object_fetch::next_size() const {
    const std::size_t window = std::min(window_, pace_.concurrency());
    if (chunks_.size() >= window) return 0;
    // How many bytes there are is not known until the first answer has said it.
    if (!end_ && !chunks_.empty()) return 0;
    if (end_ && next_ >= *end_) return 0;
    if (!end_) return first_range_bytes;
    std::size_t size_bytes = pace_.range_bytes();
    // With the window at its largest, larger ranges are the way to have more bytes on their way.
    if (window_ >= pace_.concurrency()) size_bytes *= 2;
    // In few sizes, for memory is used again for claims of the same size only.
    const std::size_t share_bytes = share_bytes_ / window / least_range_bytes * least_range_bytes;
    size_bytes = std::clamp(size_bytes, least_range_bytes, std::max(share_bytes, least_range_bytes));
    if (!chunks_.empty() && held_bytes_ + size_bytes > share_bytes_) return 0;
    return static_cast<std::size_t>(std::min<std::uint64_t>(size_bytes, *end_ - next_));
}

awaitable<std::optional<object>> object_fetch::open_range(std::uint64_t offset, std::size_t size_bytes) {
    const auto ask = [this, offset, size_bytes](bool fresh_connection) {
        return client_.get_range(key_, {offset, size_bytes, fresh_connection, &pace_});
    };
    const auto again = [this, ask]() -> std::optional<awaitable<std::optional<object>>> {
        if (!pace_.may_hedge()) return std::nullopt;
        return ask(true);
    };
    return async::hedge<std::optional<object>>(ask(false), pace_.hedge_after(), again);
}

awaitable<void> object_fetch::read_range(std::shared_ptr<chunk> into) {
    try {
        const auto asked = clock::now();
        auto found = co_await open_range(into->offset, into->size_bytes);
        const auto answered = clock::now();
        if (!found) co_return is_not_there();
        begin(*into, found->info);
        for (;;) {
            asio::mutable_buffer room = into->bytes.room();
            room = asio::buffer(room, into->size_bytes - into->bytes.view().size());
            if (room.size() == 0) break;
            const std::size_t n = co_await found->bytes->read_some(room);
            if (n == 0) throw error{has_changed()};
            arrived(*into, n);
        }
        const auto now = clock::now();
        pace_.arrived(now, answered - asked, now - asked);
        if (traffic* counted = client_.counted()) {
            counted->range_first_byte.add(answered - asked);
            counted->range.add(now - asked);
        }
    } catch (...) {
        fail(std::current_exception());
    }
}

failure object_fetch::has_changed() const {
    failure why{.operation = "GetObject", .key = key_};
    why.text = "the object " + key_ + " in S3 has another size now, or went away, while it was read";
    return why;
}

// An answer only as long as there was none.
void object_fetch::is_not_there() {
    const std::lock_guard lock{mutex_};
    if (answer_) {
        failure_ = std::make_exception_ptr(error{has_changed()});
    } else {
        answer_.emplace();
    }
    notify_all();
}

// The first answer tells how large the object is. That others have another ETag is nothing wrong: whoever pushes a blob
// once more puts the same bytes to the same place, in other parts.
void object_fetch::begin(chunk& into, const object_info& info) {
    const std::lock_guard lock{mutex_};
    if (answer_ && (!answer_->info || answer_->info->size_bytes != info.size_bytes)) {
        throw error{has_changed()};
    }
    if (!answer_) answer_.emplace(answer{info});
    end_ = std::min(end_.value_or(info.size_bytes), info.size_bytes);
    const std::uint64_t left = info.size_bytes > into.offset ? info.size_bytes - into.offset : 0;
    const auto size_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(into.size_bytes, left));
    if (size_bytes != into.size_bytes) {
        held_bytes_ -= into.size_bytes - size_bytes;
        into.size_bytes = size_bytes;
        next_ = std::min(next_, info.size_bytes);
    }
    notify_all();
}

void object_fetch::arrived(chunk& into, std::size_t size_bytes) {
    const std::lock_guard lock{mutex_};
    into.bytes.advance(size_bytes);
    for (position* who : readers_) {
        if (!who->starves || who->next < into.offset || who->next >= into.offset + into.size_bytes) continue;
        who->starves = false;
        who->changed.notify();
    }
}

void object_fetch::fail(std::exception_ptr why) {
    const std::lock_guard lock{mutex_};
    if (!failure_) failure_ = why;
    notify_all();
}

void object_fetch::notify_all() {
    for (position* who : readers_) who->changed.notify();
    changed_.notify();
}

bool object_fetch::join(position& who, std::optional<std::uint64_t> end) {
    const std::lock_guard lock{mutex_};
    if (abandoned_ || failure_ || is_missing()) return false;
    const std::uint64_t first = chunks_.empty() ? next_ : chunks_.front()->offset;
    const bool is_first_reader = readers_.empty() && chunks_.empty();
    if (who.next < first || (who.next >= next_ && !is_first_reader)) return false;
    const bool to_objects_end = !end_ || (answer_ && answer_->info->size_bytes == *end_);
    if (end ? (end_ && *end > *end_) : !to_objects_end) return false;
    readers_.push_back(&who);
    return true;
}

void object_fetch::leave(position& who) {
    const std::lock_guard lock{mutex_};
    readers_.remove(&who);
    if (!readers_.empty()) return drop_what_all_have_read();
    abandoned_ = true;
    chunks_.clear();
    changed_.notify();
    asio::post(executor_, [self = shared_from_this()] { self->ranges_.cancel(); });
}

std::optional<object_fetch::answer> object_fetch::first_answer() const {
    const std::lock_guard lock{mutex_};
    if (!answer_ && failure_) std::rethrow_exception(failure_);
    return answer_;
}

object_fetch::portion object_fetch::take(position& who, std::optional<std::uint64_t> end) {
    const std::lock_guard lock{mutex_};
    if (who.left_behind) return {portion::kind::left_behind};
    const std::uint64_t stop = std::min(end.value_or(*end_), *end_);
    if (who.next >= stop) return {portion::kind::end};
    for (const auto& c : chunks_) {
        if (who.next >= c->offset + c->size_bytes) continue;
        const auto at = static_cast<std::size_t>(who.next - c->offset);
        const std::string_view there = c->bytes.view();
        if (at >= there.size()) break;
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(there.size() - at, stop - who.next));
        return {portion::kind::bytes, c, asio::buffer(there.data() + at, n)};
    }
    if (failure_) std::rethrow_exception(failure_);
    who.starves = true;
    starved_until_ = next_;
    if (readers_.size() > 1) changed_.notify();
    return {};
}

void object_fetch::advance(position& who, std::size_t size_bytes) {
    const std::lock_guard lock{mutex_};
    who.next += size_bytes;
    if (!who.left_behind) drop_what_all_have_read();
}

void object_fetch::drop_what_all_have_read() {
    std::uint64_t read = next_;
    for (const position* who : readers_) read = std::min(read, who->next);
    bool dropped = false;
    while (!chunks_.empty() && chunks_.front()->offset + chunks_.front()->size_bytes <= read) {
        const auto& gone = chunks_.front();
        if (gone->offset < starved_until_) ++window_;
        held_bytes_ -= gone->size_bytes;
        chunks_.pop_front();
        dropped = true;
    }
    window_ = std::min(window_, pace_.concurrency());
    if (dropped) changed_.notify();
}

// Somebody has read all there is, and the window is full of what another one has not read yet.
bool object_fetch::is_crowded() const {
    return readers_.size() > 1 &&
           std::ranges::any_of(readers_, [this](const position* who) { return who->starves && who->next == next_; });
}

void object_fetch::leave_slowest_behind() {
    const auto slowest = std::ranges::min_element(readers_, {}, &position::next);
    (*slowest)->left_behind = true;
    (*slowest)->changed.notify();
    readers_.erase(slowest);
    drop_what_all_have_read();
}

}  // namespace berth::s3
