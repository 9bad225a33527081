#pragma once

#include "storage/driver.hpp"

#include <string_view>

namespace berth::test {

/// Writes as whoever takes a body from a client does, but in pieces of `piece_bytes`.
inline awaitable<void> write(storage::writer& to, std::string_view bytes, std::size_t piece_bytes = 700'001) {
    while (!bytes.empty()) {
        const asio::mutable_buffer room = co_await to.prepare();
        const std::size_t n = asio::buffer_copy(room, asio::buffer(bytes.substr(0, piece_bytes)));
        bytes.remove_prefix(n);
        co_await to.append(n);
    }
}

}  // namespace berth::test
