#include "registry/prefetcher.hpp"

#include "registry/manifest_reader.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace berth::registry {

namespace {

using clock = std::chrono::steady_clock;

/// An image that is served again so soon has been looked at already.
constexpr std::chrono::minutes looked_at_for{1};
/// How often it looks whether it is its turn.
constexpr std::chrono::milliseconds look_again{20};

}  // namespace

prefetcher::prefetcher(blob_store& blobs, cache::disk_cache& disk, options options)
    : blobs_{blobs},
      disk_{disk},
      options_{options},
      most_ahead_bytes_{std::min(options.most_ahead_bytes, disk.max_bytes() / 4)} {}

bool prefetcher::is_served_anew(const oci::digest& digest) {
    const auto now = clock::now();
    const std::lock_guard lock{mutex_};
    const auto* last = served_.find(digest.str());
    if (last && now < *last + looked_at_for) return false;
    served_.put(digest.str(), now);
    return true;
}

void prefetcher::manifest_was_served(const asio::any_io_executor& executor, const oci::digest& digest,
                                     std::string_view bytes) {
    if (work_.size() >= options_.most_images || !is_served_anew(digest)) return;
    image found{make_verified_manifest(std::string{bytes})->blobs, clock::now()};
    std::uint64_t total = 0;
    for (const auto& blob : found.blobs) total += blob.size_bytes;
    if (found.blobs.empty() || total > disk_.max_bytes() / 2) return;
    work_.spawn(executor, fetch(std::move(found)));
}

awaitable<bool> prefetcher::stop() {
    work_.cancel();
    co_return co_await work_.wait(std::chrono::seconds{1});
}

awaitable<void> prefetcher::fetch(image of) {
    for (const auto& blob : of.blobs)
        if (blob.size_bytes != 0 && !co_await fetch_blob(blob, of)) co_return;
}

// False when the image is to be left to its client.
awaitable<bool> prefetcher::fetch_blob(const cache::named_blob& what, image& of) {
    const std::string digest = what.digest.str();
    const blob whole{what.digest, what.size_bytes};
    cache::fetched_ahead& ahead = disk_.ahead();
    for (std::uint64_t at = 0; at < what.size_bytes; at += options_.piece_bytes) {
        if (!co_await wait_for_turn(of)) co_return false;
        if (at == 0) {
            if (co_await disk_.has(what.digest)) co_return true;
            ahead.begin(digest);
        }
        if (!ahead.is_unasked(digest)) co_return true;
        const std::uint64_t rest = what.size_bytes - at;
        storage::byte_range piece{at, std::nullopt};
        if (rest > options_.piece_bytes) piece.size_bytes = options_.piece_bytes;
        const auto tried = co_await blobs_.bring(whole, piece);
        if (tried.is != cache::brought::state::here) {
            ahead.dropped(digest);
            co_return false;
        }
        ahead.fetched(digest, std::min(rest, options_.piece_bytes));
    }
    co_return true;
}

// False when nobody comes for what is here already.
awaitable<bool> prefetcher::wait_for_turn(image& of) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (auto until = clock::now() + options_.patience;;) {
        const auto now = clock::now();
        if (blobs_.has_waiting_readers()) of.quiet_since = now;
        if (now < of.quiet_since + options_.quiet) {
            until = now + options_.patience;
        } else if (ahead_of_clients(of) < most_ahead_bytes_) {
            co_return true;
        } else if (now >= until) {
            co_return false;
        }
        timer.expires_after(look_again);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

std::uint64_t prefetcher::ahead_of_clients(const image& of) const {
    std::uint64_t sum = 0;
    for (const auto& blob : of.blobs) sum += disk_.ahead().unasked_bytes(blob.digest.str());
    return sum;
}

}  // namespace berth::registry
