#include "async/byte_source.hpp"

#include <stdexcept>

namespace berth::async {

awaitable<asio::const_buffer> byte_source::read_view(std::vector<char>& scratch, std::size_t limit_bytes) {
    constexpr std::size_t piece_bytes = 256 * 1024;
    const std::size_t wanted = std::min(piece_bytes, limit_bytes);
    if (scratch.size() < wanted) scratch.resize(wanted);
    const std::size_t n = co_await read_some(asio::buffer(scratch.data(), wanted));
    co_return asio::buffer(scratch.data(), n);
}

awaitable<std::string> read_all(byte_source& source, std::size_t limit_bytes) {
    std::string all;
    for (;;) {
        // One byte more than the limit may be asked for, so that "exactly the limit" and "too long" differ.
        constexpr std::size_t step = 16 * 1024;
        const std::size_t had = all.size();
        all.resize(had + std::min(step, limit_bytes + 1 - had));
        const std::size_t n = co_await source.read_some(asio::buffer(all.data() + had, all.size() - had));
        all.resize(had + n);
        if (n == 0) co_return all;
        if (all.size() > limit_bytes) throw std::length_error{"more bytes than allowed"};
    }
}

}  // namespace berth::async
