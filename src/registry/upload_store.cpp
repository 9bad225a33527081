#include "registry/upload_store.hpp"

#include "async/for_each.hpp"
#include "async/shielded.hpp"
#include "base/log.hpp"
#include "base/random_id.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;
using clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t piece_bytes = 128 * 1024;

oci::error unknown_upload() {
    return {errc::blob_upload_unknown, {}, {}};
}

oci::error in_use() {
    return {errc::blob_upload_invalid, "another request is working on this upload", {}};
}

// Whoever it happens to begins anew, which a client does when the upload is unknown.
oci::error lost() {
    return {errc::blob_upload_unknown, "another request has ended this upload, or its bytes were removed", {}};
}

/// In place of a writer whose bytes are not where it has left them. They may be in their place already: then there is
/// nothing to write.
class lost_writer final : public storage::writer {
public:
    explicit lost_writer(std::string why) : why_{std::move(why)} {}

    awaitable<asio::mutable_buffer> prepare() override { throw storage::staging_lost{why_}; }
    awaitable<void> append(std::size_t) override { throw storage::staging_lost{why_}; }
    awaitable<void> settle() override { co_return; }
    awaitable<std::string> save(storage::path) override { throw storage::staging_lost{why_}; }
    awaitable<std::unique_ptr<async::byte_source>> read_back() override { throw storage::staging_lost{why_}; }
    awaitable<void> commit(storage::path) override { throw storage::staging_lost{why_}; }
    awaitable<void> clean_up() override { co_return; }

private:
    const std::string why_;
};

}  // namespace

upload_store::lease::lease(lease&& from) noexcept
    : store_{std::exchange(from.store_, nullptr)},
      folder_{std::move(from.folder_)},
      held_{std::move(from.held_)},
      hold_{std::move(from.hold_)},
      is_over_{from.is_over_} {}

upload_store::lease::~lease() {
    if (!store_) return;
    hold_.reset();  // before the next request here may want it
    const std::lock_guard lock{store_->mutex_};
    const auto found = store_->slots_.find(folder_);
    if (is_over_ || !held_ || !held_->is_told) {
        store_->slots_.erase(found);
        return;
    }
    found->second.held = std::move(held_);
    found->second.last_used = clock::now();
    found->second.borrowed = false;
}

outcome<upload_store::lease> upload_store::reserve(const upload_name& which) {
    lease fresh{*this, layout::upload(which.repository, which.uuid)};
    const std::lock_guard lock{mutex_};
    const auto found = slots_.find(fresh.folder_);
    std::optional<oci::error> refusal;
    if (found != slots_.end() && found->second.borrowed) {
        refusal = in_use();
    } else if (found != slots_.end()) {
        found->second.borrowed = true;
        fresh.held_ = found->second.held;
    } else if (slots_.size() >= options_.max_uploads) {
        refusal = oci::error{errc::toomanyrequests, "too many uploads are open on this node", {}};
    } else {
        slots_.emplace(fresh.folder_, slot{which});
    }
    if (!refusal) return fresh;
    fresh.store_ = nullptr;  // there is nothing to give back
    return std::move(*refusal);
}

awaitable<outcome<upload_store::lease>> upload_store::make(const oci::repository_name& name, hash_function function) {
    const upload_name which{name, random_uuid()};
    auto reserved = reserve(which);
    if (!reserved) co_return reserved.error();
    reserved->held_ = std::make_shared<upload>(which, upload_state{0, hasher{function}, function});
    (*reserved)->writer = co_await driver_.create(layout::upload_data(name, which.uuid));
    co_return std::move(*reserved);
}

awaitable<outcome<upload_store::lease>> upload_store::start(const oci::repository_name& name, hash_function function) {
    auto made = co_await make(name, function);
    if (!made) co_return made.error();
    made->drop();
    co_await journal_.begin((*made)->name);
    made->is_over_ = false;
    co_return std::move(*made);
}

awaitable<outcome<upload_store::lease>> upload_store::start_whole(const oci::repository_name& name,
                                                                  hash_function function) {
    auto made = co_await make(name, function);
    if (made) (*made)->is_told = false;
    co_return made;
}

awaitable<outcome<upload_store::lease>> upload_store::borrow(const oci::repository_name& name,
                                                             const std::string& uuid) {
    if (!is_uuid(uuid)) co_return unknown_upload();
    const upload_name which{name, uuid};
    auto held = reserve(which);
    if (!held) co_return held.error();
    held->hold_ = co_await driver_.try_to_hold(layout::upload_started_at(name, uuid));
    if (!held->hold_) co_return in_use();
    const auto latest = co_await journal_.latest(which);
    if (!latest) held->drop();
    if (!latest) co_return unknown_upload();
    if (!held->held_ || held->held_->step != *latest) {
        held->drop();
        held->held_ = co_await load(which, *latest);
        if (!held->held_) co_return lost();
        held->is_over_ = false;
    }
    co_return std::move(*held);
}

awaitable<std::shared_ptr<upload>> upload_store::load(const upload_name& which, const upload_step& step) {
    if (step.generation == 0) {
        constexpr hash_function usual = hash_function::sha256;
        auto fresh = std::make_shared<upload>(which, upload_state{0, hasher{usual}, usual});
        fresh->writer = co_await driver_.create(layout::upload_data(which.repository, which.uuid));
        co_return fresh;
    }
    auto state = co_await journal_.read(which, step);
    if (!state) co_return nullptr;
    auto loaded = std::make_shared<upload>(which, std::move(*state));
    loaded->step = step;
    try {
        loaded->writer = co_await journal_.resume(which, step, loaded->state);
    } catch (const storage::staging_lost& lost) {
        loaded->writer = std::make_unique<lost_writer>(lost.what());
    }
    co_return loaded;
}

awaitable<outcome<std::uint64_t>> upload_store::offset(const oci::repository_name& name, const std::string& uuid) {
    if (!is_uuid(uuid)) co_return unknown_upload();
    const upload_name which{name, uuid};
    const auto latest = co_await journal_.latest(which);
    if (!latest) co_return unknown_upload();
    co_return latest->offset;
}

awaitable<void> upload_store::expect(lease& held, const oci::digest& digest, std::optional<std::uint64_t> size_bytes) {
    upload& u = *held;
    const storage::path target = layout::blob_data(digest);
    if (size_bytes) {
        const auto there = co_await driver_.stat(target);
        u.is_stored = there && there->size_bytes == *size_bytes;
    }
    u.expected = digest;
    u.writer->aim_at(target, size_bytes);
    u.state.hashed_with = digest.algorithm();
    u.state.hash = hasher{digest.algorithm()};
}

awaitable<upload_store::taken> upload_store::take(upload& u, async::byte_source& body,
                                                  std::optional<std::uint64_t> size_bytes) {
    std::vector<char> unused(u.is_stored ? piece_bytes : 0);
    taken came;
    const std::uint64_t end = size_bytes ? u.state.offset + *size_bytes : std::numeric_limits<std::uint64_t>::max();
    while (u.state.offset < end) {
        asio::mutable_buffer room = asio::buffer(unused);
        std::size_t n = 0;
        try {
            if (!u.is_stored) room = co_await u.writer->prepare();
        } catch (...) {
            came.store_failure = std::current_exception();
            break;
        }
        room = asio::buffer(room, piece_bytes);  // what the hash finds in the processor's cache
        try {
            n = co_await body.read_some(room);
        } catch (...) {
            came.body_failure = std::current_exception();
        }
        if (n == 0) break;
        u.state.hash.update(room.data(), n);
        try {
            if (!u.is_stored) co_await u.writer->append(n);
        } catch (...) {
            came.store_failure = std::current_exception();
            break;
        }
        u.state.offset += n;
    }
    // Whatever happened, nothing may work in the background for a request that has ended.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await u.writer->settle();
    } catch (...) {
        if (!came.store_failure) came.store_failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return came;
}

awaitable<void> upload_store::save(upload& u, bool& is_next) {
    if (u.state.offset != u.step.offset) {
        auto next = co_await journal_.advance(u.name, u.step, u.state, *u.writer);
        if (!next) co_return;
        u.step = std::move(*next);
    }
    is_next = true;
}

awaitable<outcome<void>> upload_store::append(lease& held, async::byte_source& body,
                                              std::optional<std::uint64_t> size_bytes) {
    taken came = co_await take(*held, body, size_bytes);
    bool is_next = false;
    // A client that has gone away must find here what it has sent.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        if (!came.store_failure) co_await async::shielded(save(*held, is_next));
    } catch (...) {
        came.store_failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (!is_next) held.drop();
    try {
        if (came.store_failure) std::rethrow_exception(came.store_failure);
    } catch (const storage::staging_lost&) {
        co_return lost();
    }
    if (came.body_failure) std::rethrow_exception(came.body_failure);
    if (!is_next) co_return oci::error{errc::range_invalid, "another request has gone on with this upload", {}};
    co_return outcome<void>{};
}

awaitable<void> upload_store::append_whole(lease& held, async::byte_source& body,
                                           std::optional<std::uint64_t> size_bytes) {
    const taken came = co_await take(*held, body, size_bytes);
    const auto failure = came.store_failure ? came.store_failure : came.body_failure;
    if (!failure) co_return;
    held.drop();
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await held->writer->clean_up();
    co_await asio::this_coro::throw_if_cancelled(throws);
    std::rethrow_exception(failure);
}

awaitable<outcome<blob>> upload_store::finish(lease held, const oci::digest& digest, async::byte_source& body,
                                              std::optional<std::uint64_t> size_bytes) {
    note_target(held, digest);
    if (held->state.offset == 0 && size_bytes != 0u) {
        co_await expect(held, digest, size_bytes);
        co_await append_whole(held, body, size_bytes);
    } else {
        const auto appended = co_await append(held, body, size_bytes);
        if (!appended) co_return appended.error();
    }
    co_return co_await end(held, digest);
}

awaitable<outcome<blob>> upload_store::end(lease& held, const oci::digest& digest) {
    held.drop();
    upload& u = *held;
    const blob result{digest, u.state.offset};
    bool right = false;
    std::exception_ptr failure;
    try {
        right = co_await matches(u, digest);
        if (right) co_await store(u, result);
    } catch (...) {
        failure = std::current_exception();
    }
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    // After a failure the client may try again, with what the journal has.
    if (!failure && !right) co_await discard(u);
    if (failure && (u.expected || !u.is_told)) co_await u.writer->clean_up();
    co_await asio::this_coro::throw_if_cancelled(throws);
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const storage::staging_lost&) {
        co_return lost();
    }
    if (!right) co_return oci::error{errc::digest_invalid, {}, "\"" + digest.str() + "\""};
    co_return result;
}

awaitable<bool> upload_store::matches(upload& u, const oci::digest& digest) {
    if (digest.algorithm() == u.state.hashed_with) co_return u.state.hash.finish_hex() == digest.hex();
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

// A crash in between may leave the blob without its link, never the other way round; and whoever asks again after one
// finds the upload until the link is there.
awaitable<void> upload_store::store(upload& u, const blob& as) {
    const bool there = co_await is_there(u, as);
    if (!there) co_await u.writer->commit(layout::blob_data(as.digest));
    std::array<awaitable<void>, 2> last{keep(as.digest), blobs_.link(u.name.repository, as)};
    co_await async::await_all(last);
    co_await discard(u);
}

// A collection of garbage may have condemned it before it was pushed again.
awaitable<void> upload_store::keep(const oci::digest& stored) {
    const bool stays = co_await keeper_.keep(blob_file(stored));
    if (!stays)
        throw storage::error{"blob " + stored.str() + " was collected as garbage while it was pushed; push it again"};
}

// What cannot be removed is no failure: the blob is there, or its bytes were wrong, and a node purges what is left.
awaitable<void> upload_store::discard(upload& u) {
    co_await u.writer->clean_up();
    if (!u.is_told) co_return;
    try {
        co_await journal_.end(u.name);
    } catch (const storage::error& failure) {
        log::warn("cannot remove what is left of an upload",
                  {{"repository", u.name.repository.str()}, {"upload", u.name.uuid}, {"error", failure.what()}});
    }
}

awaitable<void> upload_store::cancel(lease held) {
    held.drop();
    co_await discard(*held);
}

void upload_store::note_target(const lease& held, const oci::digest& blob) {
    const std::lock_guard lock{mutex_};
    slots_.find(held.folder_)->second.target = blob;
}

bool upload_store::works_on(std::string_view uuid) {
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(slots_, [&](const auto& entry) { return entry.second.name.uuid == uuid; });
}

bool upload_store::works_on(const oci::digest& blob) {
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(slots_, [&](const auto& entry) { return entry.second.target == blob; });
}

void upload_store::forget_idle(clock::time_point now) {
    std::vector<std::shared_ptr<upload>> forgotten;  // which end outside the lock
    const std::lock_guard lock{mutex_};
    std::erase_if(slots_, [&](const auto& entry) {
        const slot& of = entry.second;
        if (of.borrowed || now - of.last_used < options_.rest_limit) return false;
        forgotten.push_back(of.held);
        return true;
    });
}

awaitable<void> upload_store::run_expiry() {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        timer.expires_after(std::chrono::seconds{1});
        co_await timer.async_wait(asio::use_awaitable);
        forget_idle(clock::now());
    }
}

}  // namespace berth::registry
