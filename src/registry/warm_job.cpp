#include "registry/warm_job.hpp"

#include "async/for_each.hpp"
#include "base/log.hpp"
#include "registry/image_content.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace berth::registry {

namespace {

using std::chrono::steady_clock;

/// A single layer takes whatever S3 gives; the others are for the many small ones.
constexpr std::size_t layers_at_once = 4;
constexpr std::size_t questions_at_once = 16;
constexpr std::chrono::milliseconds between_looks{20};

}  // namespace

std::string warm_job::target::str() const {
    return image.str() + " for " + (platform ? platform->str() : "all platforms");
}

awaitable<void> warm_job::run() {
    std::optional<failure> failed;
    try {
        failed = co_await work();
    } catch (const storage::error& error) {
        failed = failure{trouble::store_away, error.what(), target_.image.str()};
    } catch (const std::exception& error) {
        failed = failure{trouble::broken_off, error.what(), target_.image.str()};
    }
    if (!failed) co_return log::info("an image is warm", {{"image", target_.str()}});
    log::warn("an image did not become warm",
              {{"image", target_.str()}, {"because", failed->what}, {"where", failed->where}});
    const std::lock_guard lock{mutex_};
    state_ = state::failed;
    why_ = std::move(failed);
}

awaitable<std::optional<warm_job::failure>> warm_job::work() {
    auto failed = co_await plan();
    if (failed) co_return failed;
    do {
        failed = co_await pin();
        if (failed) co_return failed;
        const auto bring_one = [this](part& one) { return bring(one); };
        co_await async::for_each(parts_, layers_at_once, bring_one);
        failed = co_await what_is_missing();
        if (failed) co_return failed;
    } while (!is_done());
    co_return std::nullopt;
}

awaitable<std::optional<warm_job::failure>> warm_job::plan() {
    const auto blobs = co_await read_image_content(stores_.manifests, target_.image, target_.platform);
    if (!blobs) co_return failure{trouble::no_such_image, blobs.error().message, target_.image.str()};

    std::vector<part> parts;
    for (const oci::descriptor& one : *blobs)
        parts.push_back({{one.digest, one.size_bytes}, {one.digest, one.media_type, one.size_bytes}});
    std::optional<failure> missing;
    const auto look_up_one = [&](part& one) { return look_up(one, missing); };
    co_await async::for_each(parts, questions_at_once, look_up_one);
    if (missing) co_return missing;

    std::uint64_t sum = 0;
    for (const part& one : parts) sum += one.what.size_bytes;
    {
        const std::lock_guard lock{mutex_};
        parts_ = std::move(parts);
        state_ = state::bringing;
    }
    if (sum > stores_.disk.max_bytes())
        co_return failure{trouble::does_not_fit,
                          "the image has " + std::to_string(sum) + " bytes, and the cache may take " +
                              std::to_string(stores_.disk.max_bytes()),
                          target_.image.str()};
    co_return std::nullopt;
}

// Where the blob's bytes lie, and how many there are.
awaitable<void> warm_job::look_up(part& one, std::optional<failure>& missing) {
    const oci::digest& digest = one.seen.digest;
    if (const auto known = stores_.blobs.recall(target_.image.name, digest)) {
        one.what = *known;
    } else {
        const auto found = co_await stores_.blobs.find(target_.image.name, digest);
        if (found) one.what = *found;
        if (!found)
            missing = failure{trouble::no_such_image, "the repository does not hold a blob of the image", digest.str()};
    }
    one.seen.size_bytes = one.what.size_bytes;
}

// Before its blobs come, so that none makes way for the next.
awaitable<std::optional<warm_job::failure>> warm_job::pin() {
    {
        const std::lock_guard lock{mutex_};
        if (!pin_wanted_ || pinned_) co_return std::nullopt;
    }
    std::vector<cache::disk_index::entry> blobs;
    for (const part& one : parts_) blobs.push_back({one.what.place().str(), one.what.size_bytes});
    const bool fits = co_await stores_.disk.pin(target_.image.str(), std::move(blobs));
    if (!fits)
        co_return failure{trouble::does_not_fit, "with this image, more would be pinned than the cache may take",
                          target_.image.str()};
    const std::lock_guard lock{mutex_};
    pinned_ = true;
    co_return std::nullopt;
}

awaitable<void> warm_job::bring(part& one) {
    if (one.seen.is_here) co_return;
    const bool was_here = co_await stores_.disk.bytes_here(one.what.place()) == one.what.size_bytes;
    const storage::byte_range whole;
    cache::brought got = co_await stores_.blobs.bring(one.what, whole);
    const std::lock_guard lock{mutex_};
    one.seen.was_here = was_here;
    one.seen.is_here = got.is == cache::brought::state::here;
    if (!one.seen.is_here) one.seen.did_not_come = std::move(got);
}

awaitable<std::optional<warm_job::failure>> warm_job::what_is_missing() {
    for (part& one : parts_) {
        const std::uint64_t here = co_await stores_.disk.bytes_here(one.what.place());
        const std::lock_guard lock{mutex_};
        if (one.seen.is_here && here != one.what.size_bytes) {
            one.seen.is_here = false;
            one.seen.did_not_come = {cache::brought::state::does_not_fit, "it has made way for others"};
        }
    }
    const auto absent = std::ranges::find_if(parts_, [](const part& one) { return !one.seen.is_here; });
    if (absent == parts_.end()) co_return std::nullopt;
    const cache::brought& got = *absent->seen.did_not_come;
    const bool fits = got.is != cache::brought::state::does_not_fit;
    co_return failure{fits ? trouble::broken_off : trouble::does_not_fit, got.why, absent->what.digest.str()};
}

// Not when somebody has asked for a pin meanwhile.
bool warm_job::is_done() {
    const std::lock_guard lock{mutex_};
    if (pin_wanted_ && !pinned_) return false;
    state_ = state::warm;
    return true;
}

bool warm_job::pin_too() {
    const std::lock_guard lock{mutex_};
    if (state_ == state::warm || state_ == state::failed) return false;
    pin_wanted_ = true;
    return true;
}

awaitable<warm_job::status> warm_job::now() {
    status all;
    std::vector<oci::digest> places;
    {
        const std::lock_guard lock{mutex_};
        all = {state_, pinned_, {}, why_};
        for (const part& one : parts_) {
            all.layers.push_back(one.seen);
            places.push_back(one.what.place());
        }
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        layer& one = all.layers[i];
        one.bytes_here = one.size_bytes;
        if (!one.is_here) one.bytes_here = co_await stores_.disk.bytes_here(places[i]);
    }
    co_return all;
}

bool warm_job::has_reached(milestone what) const {
    const std::lock_guard lock{mutex_};
    if (state_ == state::warm || state_ == state::failed) return true;
    return what == milestone::resolved && state_ == state::bringing;
}

awaitable<void> warm_job::wait_for(milestone what, steady_clock::time_point deadline) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (!has_reached(what) && steady_clock::now() < deadline) {
        timer.expires_after(between_looks);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace berth::registry
