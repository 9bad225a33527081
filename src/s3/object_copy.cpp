#include "s3/object_copy.hpp"

#include "async/for_each.hpp"
#include "base/log.hpp"
#include "s3/part_plan.hpp"

#include <algorithm>
#include <exception>

namespace berth::s3 {

namespace {

constexpr std::uint64_t max_single_copy_bytes = 5ull * 1024 * 1024 * 1024;

// Lifetime: everything is referred to and belongs to copy_in_parts.
awaitable<void> copy_part(client& through, const object_key& from, const object_key& to, const std::string& upload_id,
                          const copy_range& range, completed_part& part) {
    part.etag = co_await through.upload_part_copy(to, upload_id, part.number, from, range.first, range.last);
}

awaitable<void> copy_in_parts(client& through, const object_key& from, const object_key& to, std::uint64_t size_bytes,
                              const copy_options& how, const std::string& upload_id) {
    const auto ranges = copy_ranges(size_bytes, how.chunk_bytes);
    std::vector<completed_part> parts(ranges.size());
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].number = static_cast<unsigned>(i + 1);
    const auto copy = [&](completed_part& part) {
        return copy_part(through, from, to, upload_id, ranges[part.number - 1], part);
    };
    co_await async::for_each(parts, std::max<std::size_t>(how.max_concurrency, 1), copy);
    co_await through.complete_multipart(to, upload_id, parts, size_bytes);
}

}  // namespace

awaitable<void> copy_object(client& through, const object_key& from, const object_key& to, std::uint64_t size_bytes,
                            const copy_options& how) {
    if (size_bytes <= std::min(how.threshold_bytes, max_single_copy_bytes)) co_return co_await through.copy(from, to);

    const std::string upload_id = co_await through.create_multipart(to);
    std::exception_ptr failure;
    try {
        co_await copy_in_parts(through, from, to, size_bytes, how, upload_id);
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return;
    // The caller may be here because it was cancelled; the parts that were copied go away all the same.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await through.abort_multipart(to, upload_id);
    } catch (const std::exception& error) {
        log::warn("cannot abort a multipart copy", {{"key", to}, {"error", error.what()}});
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    std::rethrow_exception(failure);
}

}  // namespace berth::s3
