#include "async/claimed_buffer.hpp"

#include <new>
#include <sys/mman.h>
#include <utility>

namespace berth::async {

claimed_buffer::claimed_buffer(memory_budget::claim memory) : memory_{std::move(memory)} {
    void* pages = mmap(nullptr, capacity(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc{};
    // Fewer page faults where transfers are large; small buffers should not cost a huge page.
    constexpr std::size_t huge_page_bytes = 2 * 1024 * 1024;
    if (capacity() >= huge_page_bytes) madvise(pages, capacity(), MADV_HUGEPAGE);
    data_ = static_cast<char*>(pages);
}

claimed_buffer::~claimed_buffer() {
    if (data_) munmap(data_, capacity());
}

claimed_buffer::claimed_buffer(claimed_buffer&& other) noexcept
    : memory_{std::move(other.memory_)}, data_{std::exchange(other.data_, nullptr)}, size_{other.size_} {}

claimed_buffer& claimed_buffer::operator=(claimed_buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

}  // namespace berth::async
