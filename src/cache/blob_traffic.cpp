#include "cache/blob_traffic.hpp"

namespace berth::cache {

awaitable<std::size_t> metered_source::read_some(asio::mutable_buffer buffer) {
    const std::size_t n = co_await store_->read_some(buffer);
    meter_.gave(blob_origin::store, n);
    co_return n;
}

awaitable<asio::const_buffer> metered_source::read_view(std::vector<char>& scratch, std::size_t limit_bytes) {
    const asio::const_buffer piece = co_await store_->read_view(scratch, limit_bytes);
    meter_.gave(blob_origin::store, piece.size());
    co_return piece;
}

awaitable<async::file_part> metered_source::read_in_file(std::size_t limit_bytes) {
    const async::file_part part = co_await store_->read_in_file(limit_bytes);
    meter_.gave(blob_origin::store, part.size_bytes);
    co_return part;
}

}  // namespace berth::cache
