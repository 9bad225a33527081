#include "s3/object_copy.hpp"

#include "async/for_each.hpp"
#include "async/shielded.hpp"
#include "async/watchdog.hpp"
#include "base/log.hpp"
#include "s3/part_plan.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <exception>

namespace berth::s3 {

namespace {

constexpr std::uint64_t gibibyte = 1024 * mebibyte;
constexpr std::uint64_t max_single_copy_bytes = 5 * gibibyte;
constexpr std::chrono::minutes remembered{10};

// Lifetime: everything is referred to and belongs to copy_parts.
awaitable<void> copy_part(client& through, const object_key& from, const object_key& to, const std::string& upload_id,
                          const copy_range& range, completed_part& part) {
    part.etag = co_await through.upload_part_copy(to, upload_id, part.number, from, range.first, range.last);
}

}  // namespace

awaitable<void> object_copier::copy(const object_key& from, const object_key& to, std::uint64_t size_bytes) {
    if (size_bytes <= std::min(how_.threshold_bytes, max_single_copy_bytes)) co_return co_await client_.copy(from, to);
    if (size_bytes <= max_single_copy_bytes && clock::now() >= slow_until_.load()) {
        const auto patience = how_.patience + std::chrono::milliseconds{size_bytes * 1000 / gibibyte};
        if (co_await copy_in_time(from, to, patience)) co_return;
        slow_until_ = clock::now() + remembered;
    }
    co_await copy_in_parts(from, to, size_bytes);
}

// True once it is done; false when the time was not enough. Then the server may still do it later, and writes the same
// bytes to the same place.
awaitable<bool> object_copier::copy_in_time(const object_key& from, const object_key& to, clock::duration patience) {
    const auto executor = co_await asio::this_coro::executor;
    asio::cancellation_signal give_up;
    async::watchdog watchdog{executor, [&give_up] { give_up.emit(asio::cancellation_type::terminal); }};
    watchdog.expires_after(patience);
    auto [failure] = co_await asio::co_spawn(executor, client_.copy(from, to),
                                             asio::bind_cancellation_slot(give_up.slot(), as_tuple));
    const bool too_late = failure && watchdog.expired();
    watchdog.stop();
    if (failure && !too_late) std::rethrow_exception(failure);
    co_return !too_late;
}

awaitable<void> object_copier::copy_parts(const object_key& from, const object_key& to, std::uint64_t size_bytes,
                                          const std::string& upload_id) {
    const auto ranges = copy_ranges(size_bytes, how_.chunk_bytes);
    std::vector<completed_part> parts(ranges.size());
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].number = static_cast<unsigned>(i + 1);
    const auto copy = [&](completed_part& part) {
        return copy_part(client_, from, to, upload_id, ranges[part.number - 1], part);
    };
    co_await async::for_each(parts, std::max<std::size_t>(how_.max_concurrency, 1), copy);
    co_await client_.complete_multipart(to, upload_id, parts, size_bytes);
}

awaitable<void> object_copier::copy_in_parts(const object_key& from, const object_key& to, std::uint64_t size_bytes) {
    const std::string upload_id = co_await client_.create_multipart(to);
    std::exception_ptr failure;
    try {
        co_await copy_parts(from, to, size_bytes, upload_id);
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return;
    // The caller may be here because it was cancelled; the parts that were copied go away all the same.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await async::shielded(client_.abort_multipart(to, upload_id));
    } catch (const std::exception& error) {
        log::warn("cannot abort a multipart copy", {{"key", to}, {"error", error.what()}});
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    std::rethrow_exception(failure);
}

}  // namespace berth::s3
