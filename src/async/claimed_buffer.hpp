#pragma once

#include "async/asio.hpp"
#include "async/memory_budget.hpp"

#include <cstddef>
#include <string_view>

namespace berth::async {

/// Bytes on their way, in memory that was claimed for them.
class claimed_buffer {
public:
    /// Of as many bytes as were claimed, which are more than 0. Throws std::bad_alloc.
    explicit claimed_buffer(memory_budget::claim memory) : memory_{std::move(memory)}, data_{memory_.pages()} {}

    /// Where the next bytes go; advance() says how many came.
    asio::mutable_buffer room() const { return {data_ + size_, capacity() - size_}; }
    void advance(std::size_t bytes) { size_ += bytes; }

    std::size_t capacity() const { return memory_.bytes(); }
    bool full() const { return size_ == capacity(); }
    std::string_view view() const { return {data_, size_}; }

private:
    memory_budget::claim memory_;
    char* data_;  // of memory_
    std::size_t size_ = 0;
};

}  // namespace berth::async
