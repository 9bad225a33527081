#pragma once

#include "s3/exchange.hpp"

#include <chrono>
#include <cstdint>

namespace berth::s3 {

/// The bytes of an object, or of a range of it. When the answer breaks off, ends early, stalls or is far slower than
/// others (read_pace::patience), it asks for the rest on a new connection and goes on at the byte. Gives up with
/// s3::error after `max_fruitless` attempts in a row that brought no byte, and when the object has another size now.
///
/// Its ETag may change: whoever pushes a blob once more puts the same bytes to the same place, in other parts.
///
/// Lifetime: the exchange, and the pace that `asked` names, outlive it.
class object_stream final : public async::byte_source {
public:
    static constexpr unsigned max_fruitless = 4;

    /// Reads [offset, end) of an object of `whole_bytes`, the beginning of which `first` answers; `asked` is the
    /// request it answers.
    object_stream(exchange& through, request asked, std::uint64_t whole_bytes, std::uint64_t offset, std::uint64_t end,
                  reply first);

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override;

private:
    using clock = std::chrono::steady_clock;

    void take(reply answer);
    bool is_far_slower_than_others() const;
    awaitable<void> reopen();

    exchange& exchange_;
    request asked_;
    std::uint64_t whole_bytes_;
    std::uint64_t next_;
    std::uint64_t end_;
    std::optional<reply> reply_;  // empty after a break
    unsigned attempts_ = 0;
    clock::time_point attempt_began_;
    std::uint64_t attempt_from_ = 0;
    unsigned fruitless_ = 0;
    std::string break_text_;
};

}  // namespace berth::s3
