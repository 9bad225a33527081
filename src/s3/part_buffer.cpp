#include "s3/part_buffer.hpp"

#include <cstring>
#include <new>
#include <sys/mman.h>
#include <utility>

namespace berth::s3 {

bool part_memory::try_claim(std::size_t bytes) {
    std::size_t used = used_;
    do {
        if (used + bytes > limit_) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes));
    return true;
}

part_buffer::part_buffer(part_memory& memory, std::size_t capacity_bytes)
    : memory_{&memory}, capacity_{capacity_bytes} {
    void* pages = mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        memory_->release(capacity_);
        throw std::bad_alloc{};
    }
    data_ = static_cast<char*>(pages);
}

part_buffer::~part_buffer() {
    if (!data_) return;
    munmap(data_, capacity_);
    memory_->release(capacity_);
}

part_buffer::part_buffer(part_buffer&& other) noexcept
    : memory_{other.memory_},
      data_{std::exchange(other.data_, nullptr)},
      capacity_{other.capacity_},
      size_{other.size_} {}

part_buffer& part_buffer::operator=(part_buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(capacity_, other.capacity_);
    std::swap(size_, other.size_);
    return *this;
}

std::size_t part_buffer::append(asio::const_buffer data) {
    const std::size_t n = std::min(data.size(), capacity_ - size_);
    std::memcpy(data_ + size_, data.data(), n);
    size_ += n;
    return n;
}

}  // namespace berth::s3
