#pragma once

#include "async/byte_source.hpp"
#include "base/histogram.hpp"

#include <chrono>
#include <memory>

namespace berth::cache {

/// Where the bytes of a blob that somebody reads come from.
enum class blob_origin {
    store,   ///< Fetched for this reader.
    disk,    ///< Kept on this node's disk.
    shared,  ///< Fetched for another one, who reads the blob as well or has begun to.
};

/// What all reads of blobs have got since the start. Thread-safe.
struct blob_traffic {
    struct part {
        counter bytes;
        /// From asking to the first byte, of each reader whose first byte came from there: so its count is that of the
        /// readers.
        time_histogram first_byte;
    };
    part store, disk, shared;

    part& from(blob_origin origin) {
        if (origin == blob_origin::store) return store;
        return origin == blob_origin::disk ? disk : shared;
    }
};

/// Counts what one reader gets; his time runs from the meter's construction. A copy is for another way of serving the
/// same reader.
///
/// Lifetime: the traffic outlives it.
class blob_meter {
public:
    explicit blob_meter(blob_traffic& into) : into_{&into}, asked_{std::chrono::steady_clock::now()} {}

    void gave(blob_origin from, std::size_t bytes) {
        if (bytes == 0) return;
        auto& part = into_->from(from);
        if (waits_) part.first_byte.add(std::chrono::steady_clock::now() - asked_);
        waits_ = false;
        part.bytes.add(bytes);
    }

private:
    blob_traffic* into_;
    std::chrono::steady_clock::time_point asked_;
    bool waits_ = true;
};

/// A blob straight from the store, counted.
class metered_source final : public async::byte_source {
public:
    metered_source(std::unique_ptr<async::byte_source> store, blob_meter meter)
        : store_{std::move(store)}, meter_{meter} {}

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override;
    awaitable<asio::const_buffer> read_view(std::vector<char>& scratch, std::size_t limit_bytes) override;
    awaitable<async::file_part> read_in_file(std::size_t limit_bytes) override;

private:
    const std::unique_ptr<async::byte_source> store_;
    blob_meter meter_;
};

}  // namespace berth::cache
