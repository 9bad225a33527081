#include "registry/upload_store.hpp"

#include "async/for_each.hpp"
#include "base/log.hpp"
#include "base/random_id.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <vector>

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;
using clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t piece_bytes = 128 * 1024;
constexpr std::size_t at_once = 16;  // idle uploads that are looked after side by side

}  // namespace

upload_store::lease::~lease() {
    if (!held_) return;
    const std::lock_guard lock{store_->mutex_};
    const auto found = store_->slots_.find(held_->uuid);
    if (found == store_->slots_.end()) return;
    held_->last_used = clock::now();
    found->second.borrowed = false;
}

awaitable<outcome<upload_store::lease>> upload_store::start(const oci::repository_name& name, hash_function function) {
    auto fresh = std::make_shared<upload>(random_uuid(), name, function);
    fresh->writer = co_await driver_.create(layout::upload_data(name, fresh->uuid));
    fresh->writer->leave_note(layout::upload_started_at(name, fresh->uuid),
                              format_rfc3339(std::chrono::system_clock::now()));
    {
        const std::lock_guard lock{mutex_};
        if (slots_.size() >= options_.max_uploads)
            co_return oci::error{errc::toomanyrequests, "too many uploads are open on this node", {}};
        slots_.emplace(fresh->uuid, slot{fresh, true});
        std::erase_if(living_, [](const auto& entry) { return entry.second.held.expired(); });
        living_.emplace(fresh->uuid, living{fresh, std::nullopt});
    }
    co_return lease{*this, fresh};
}

awaitable<outcome<upload_store::lease>> upload_store::borrow(const oci::repository_name& name, std::string_view uuid) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        {
            const std::lock_guard lock{mutex_};
            const auto found = slots_.find(uuid);
            if (found == slots_.end() || found->second.held->name != name)
                co_return oci::error{errc::blob_upload_unknown, {}, {}};
            slot& wanted = found->second;
            if (!wanted.borrowed) {
                wanted.borrowed = true;
                wanted.rested = false;
                co_return lease{*this, wanted.held};
            }
            if (!wanted.looked_after)
                co_return oci::error{errc::blob_upload_invalid, "another request is working on this upload", {}};
        }
        timer.expires_after(std::chrono::milliseconds{10});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

outcome<std::uint64_t> upload_store::offset(const oci::repository_name& name, std::string_view uuid) {
    const std::lock_guard lock{mutex_};
    const auto found = slots_.find(uuid);
    if (found == slots_.end() || found->second.held->name != name) return oci::error{errc::blob_upload_unknown, {}, {}};
    return found->second.held->offset.load();
}

awaitable<void> upload_store::expect(upload& from, const oci::digest& digest, std::optional<std::uint64_t> size_bytes) {
    const storage::path target = layout::blob_data(digest);
    if (size_bytes) {
        const auto there = co_await driver_.stat(target);
        from.is_stored = there && there->size_bytes == *size_bytes;
    }
    from.expected = digest;
    note_target(from, digest);
    from.writer->aim_at(target, size_bytes);
    if (digest.algorithm() == from.hashed_with) co_return;
    from.hashed_with = digest.algorithm();
    from.hash = hasher{from.hashed_with};
}

awaitable<void> upload_store::append(upload& into, async::byte_source& body, std::optional<std::uint64_t> size_bytes) {
    std::vector<char> unused(into.is_stored ? piece_bytes : 0);
    std::exception_ptr body_failure, store_failure;
    const std::uint64_t end = size_bytes ? into.offset + *size_bytes : std::numeric_limits<std::uint64_t>::max();
    while (into.offset < end) {
        asio::mutable_buffer room = asio::buffer(unused);
        std::size_t n = 0;
        try {
            if (!into.is_stored) room = co_await into.writer->prepare();
        } catch (...) {
            store_failure = std::current_exception();
            break;
        }
        room = asio::buffer(room, piece_bytes);  // what the hash finds in the processor's cache
        try {
            n = co_await body.read_some(room);
        } catch (...) {
            body_failure = std::current_exception();
        }
        if (n == 0) break;
        into.hash.update(room.data(), n);
        try {
            if (!into.is_stored) co_await into.writer->append(n);
        } catch (...) {
            store_failure = std::current_exception();
            break;
        }
        into.offset += n;
    }
    // Whatever happened, nothing may work in the background for a request that has ended.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await into.writer->settle();
    } catch (...) {
        if (!store_failure) store_failure = std::current_exception();
    }
    if (store_failure) {
        forget(into);
        co_await into.writer->clean_up();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (store_failure) std::rethrow_exception(store_failure);
    if (body_failure) std::rethrow_exception(body_failure);
}

awaitable<outcome<blob>> upload_store::finish(lease held, const oci::digest& digest) {
    forget(*held);
    note_target(*held, digest);
    const blob result{digest, held->offset};
    bool right = false;
    std::exception_ptr failure;
    try {
        right = co_await matches(*held, digest);
        if (right) co_await store(*held, result);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure || !right) {
        const bool throws = co_await asio::this_coro::throw_if_cancelled();
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await held->writer->clean_up();
        co_await asio::this_coro::throw_if_cancelled(throws);
        if (failure) std::rethrow_exception(failure);
        co_return oci::error{errc::digest_invalid, {}, "\"" + digest.str() + "\""};
    }
    co_return result;
}

awaitable<bool> upload_store::matches(upload& u, const oci::digest& digest) {
    if (u.expected && *u.expected != digest) co_return false;
    if (digest.algorithm() == u.hashed_with) co_return u.hash.finish_hex() == digest.hex();
    hasher hash{digest.algorithm()};
    const auto bytes = co_await u.writer->read_back();
    std::vector<char> piece(piece_bytes);
    for (;;) {
        const std::size_t n = co_await bytes->read_some(asio::buffer(piece));
        if (n == 0) break;
        hash.update(piece.data(), n);
    }
    co_return hash.finish_hex() == digest.hex();
}

awaitable<bool> upload_store::is_there(const upload& u, const blob& what) {
    if (u.expected && !u.is_stored) co_return false;  // as it was when the upload began
    const auto there = co_await driver_.stat(layout::blob_data(what.digest));
    const bool same = there && there->size_bytes == what.size_bytes;
    // Its bytes were not kept when they came in.
    if (u.is_stored && !same)
        throw storage::error{"blob " + what.digest.str() + " was removed from the store while it was pushed again"};
    co_return same;
}

awaitable<void> upload_store::store(upload& u, const blob& as) {
    const bool there = co_await is_there(u, as);
    if (!there) co_await u.writer->commit(layout::blob_data(as.digest));
    // A crash in between may leave the blob without its link, never the other way round.
    std::array<awaitable<void>, 3> last{keep(as.digest), blobs_.link(u.name, as), u.writer->clean_up()};
    co_await async::await_all(last);
}

// A collection of garbage may have condemned it before it was pushed again.
awaitable<void> upload_store::keep(const oci::digest& stored) {
    const bool stays = co_await keeper_.keep(blob_file(stored));
    if (!stays)
        throw storage::error{"blob " + stored.str() + " was collected as garbage while it was pushed; push it again"};
}

awaitable<void> upload_store::cancel(lease held) {
    forget(*held);
    co_await held->writer->clean_up();
}

void upload_store::forget(const upload& u) {
    const std::lock_guard lock{mutex_};
    slots_.erase(u.uuid);
}

void upload_store::note_target(const upload& of, const oci::digest& blob) {
    const std::lock_guard lock{mutex_};
    if (const auto found = living_.find(of.uuid); found != living_.end()) found->second.target = blob;
}

bool upload_store::works_on(std::string_view uuid) {
    const std::lock_guard lock{mutex_};
    const auto found = living_.find(uuid);
    return found != living_.end() && !found->second.held.expired();
}

bool upload_store::works_on(const oci::digest& blob) {
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(
        living_, [&](const auto& entry) { return entry.second.target == blob && !entry.second.held.expired(); });
}

std::vector<std::shared_ptr<upload>> upload_store::list_due(due due_for, clock::time_point now) {
    std::vector<std::shared_ptr<upload>> found;
    const std::lock_guard lock{mutex_};
    for (const auto& [uuid, of] : slots_)
        if (is_due(of, due_for, now)) found.push_back(of.held);
    return found;
}

bool upload_store::is_due(const slot& of, due due_for, clock::time_point now) const {
    if (of.borrowed) return false;
    const auto unused = now - of.held->last_used;
    if (due_for == due::discard) return unused >= options_.idle_limit;
    return !of.rested && unused >= options_.rest_limit;
}

bool upload_store::take(const upload& u, due due_for, clock::time_point now) {
    const std::lock_guard lock{mutex_};
    const auto found = slots_.find(u.uuid);
    if (found == slots_.end() || !is_due(found->second, due_for, now)) return false;
    found->second.borrowed = found->second.looked_after = true;
    return true;
}

awaitable<void> upload_store::discard_idle(clock::time_point now) {
    const auto idle = list_due(due::discard, now);
    co_await async::for_each(idle, at_once, [this, now](auto& u) { return discard(*u, now); });
}

awaitable<void> upload_store::discard(upload& u, clock::time_point now) {
    co_await asio::this_coro::throw_if_cancelled(false);
    if (!take(u, due::discard, now)) co_return;
    log::info("an upload was given up", {{"repository", u.name.str()}, {"upload", u.uuid}});
    co_await give_up(u);
}

awaitable<void> upload_store::give_up(upload& u) {
    co_await u.writer->clean_up();
    forget(u);
}

awaitable<void> upload_store::rest_idle(clock::time_point now) {
    const auto idle = list_due(due::rest, now);
    co_await async::for_each(idle, at_once, [this, now](auto& u) { return rest(*u, now); });
}

awaitable<void> upload_store::rest(upload& u, clock::time_point now) {
    if (!take(u, due::rest, now)) co_return;
    bool failed = false;
    try {
        co_await u.writer->rest();
    } catch (const std::exception& error) {
        log::warn("an idle upload could not be put aside", {{"upload", u.uuid}, {"error", error.what()}});
        failed = true;
    }
    if (failed) {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_return co_await give_up(u);
    }
    const std::lock_guard lock{mutex_};
    slot& of = slots_.find(u.uuid)->second;
    of.borrowed = of.looked_after = false;
    of.rested = true;
}

awaitable<void> upload_store::run_expiry() {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        timer.expires_after(std::chrono::seconds{4});
        co_await timer.async_wait(asio::use_awaitable);
        co_await discard_idle(clock::now());
        co_await rest_idle(clock::now());
    }
}

awaitable<void> upload_store::stop() {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        co_await discard_idle(clock::time_point::max());
        if (!looks_after_any()) co_return;
        timer.expires_after(std::chrono::milliseconds{10});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

bool upload_store::looks_after_any() {
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(slots_, [](const auto& entry) { return entry.second.looked_after; });
}

}  // namespace berth::registry
