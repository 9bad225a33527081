#pragma once

#include "async/asio.hpp"

#include <atomic>
#include <cstddef>
#include <string_view>

namespace berth::s3 {

/// Counts the memory of all uploads' buffers, so that many at once share what one alone may use. Thread-safe.
class part_memory {
public:
    explicit part_memory(std::size_t limit_bytes) : limit_{limit_bytes} {}

    /// Claims unless that would pass the limit.
    bool try_claim(std::size_t bytes);
    /// Claims in any case: every upload may have one buffer, or it could not go on at all.
    void claim(std::size_t bytes) { used_ += bytes; }
    void release(std::size_t bytes) { used_ -= bytes; }
    std::size_t used_bytes() const { return used_; }

private:
    const std::size_t limit_;
    std::atomic<std::size_t> used_{0};
};

/// The bytes of one part. Takes pages straight from the kernel and gives them back at its end: freed heap of
/// this size would stay with the process. Pages that were never written cost nothing.
///
/// Lifetime: `memory` outlives it; the constructor takes over what the caller has claimed there.
class part_buffer {
public:
    part_buffer(part_memory& memory, std::size_t capacity_bytes);
    ~part_buffer();
    part_buffer(part_buffer&& other) noexcept;
    part_buffer& operator=(part_buffer&& other) noexcept;

    /// Copies as much as fits and returns how much that was.
    std::size_t append(asio::const_buffer data);
    void clear() { size_ = 0; }

    std::size_t capacity() const { return capacity_; }
    bool full() const { return size_ == capacity_; }
    std::string_view view() const { return {data_, size_}; }

private:
    part_memory* memory_;
    char* data_;
    std::size_t capacity_;
    std::size_t size_ = 0;
};

}  // namespace berth::s3
