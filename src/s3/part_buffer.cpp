#include "s3/part_buffer.hpp"

#include <new>
#include <sys/mman.h>
#include <utility>

namespace berth::s3 {

part_buffer::part_buffer(async::memory_budget::claim memory) : memory_{std::move(memory)} {
    void* pages = mmap(nullptr, capacity(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc{};
    data_ = static_cast<char*>(pages);
}

part_buffer::~part_buffer() {
    if (data_) munmap(data_, capacity());
}

part_buffer::part_buffer(part_buffer&& other) noexcept
    : memory_{std::move(other.memory_)}, data_{std::exchange(other.data_, nullptr)}, size_{other.size_} {}

part_buffer& part_buffer::operator=(part_buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

}  // namespace berth::s3
