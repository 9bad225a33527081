#pragma once

#include "async/asio.hpp"
#include "async/memory_budget.hpp"

#include <cstddef>
#include <string_view>

namespace berth::s3 {

/// The bytes of one part, in memory that was claimed for them. Takes pages straight from the kernel and gives them back
/// at its end: freed heap of this size would stay with the process. Pages that were never written cost nothing.
class part_buffer {
public:
    /// Of as many bytes as were claimed, which are more than 0. Throws std::bad_alloc.
    explicit part_buffer(async::memory_budget::claim memory);
    ~part_buffer();
    part_buffer(part_buffer&& other) noexcept;
    part_buffer& operator=(part_buffer&& other) noexcept;

    /// Where the next bytes go; advance() says how many came.
    asio::mutable_buffer room() const { return {data_ + size_, capacity() - size_}; }
    void advance(std::size_t bytes) { size_ += bytes; }
    void clear() { size_ = 0; }

    std::size_t capacity() const { return memory_.bytes(); }
    bool full() const { return size_ == capacity(); }
    std::string_view view() const { return {data_, size_}; }

private:
    async::memory_budget::claim memory_;
    char* data_;
    std::size_t size_ = 0;
};

}  // namespace berth::s3
