#include "async/idle_pages.hpp"

#include <algorithm>
#include <new>
#include <sys/mman.h>

namespace berth::async {

char* map_pages(std::size_t bytes) {
    void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc{};
    // Fewer page faults where transfers are large; small buffers should not cost a huge page.
    constexpr std::size_t huge_page_bytes = 2 * 1024 * 1024;
    if (bytes >= huge_page_bytes) madvise(pages, bytes, MADV_HUGEPAGE);
    return static_cast<char*>(pages);
}

void idle_pages::keep(char* pages, std::size_t bytes) {
    blocks_.push_back({pages, bytes, false});
    bytes_ += bytes;
}

// The latest: most of it may still be in the processor's caches.
char* idle_pages::take(std::size_t bytes) {
    const auto found =
        std::find_if(blocks_.rbegin(), blocks_.rend(), [bytes](const block& b) { return b.bytes == bytes; });
    if (found == blocks_.rend()) return nullptr;
    char* pages = found->pages;
    bytes_ -= bytes;
    blocks_.erase(std::next(found).base());
    return pages;
}

void idle_pages::shrink_to(std::size_t bytes) {
    auto gone = blocks_.begin();
    for (; bytes_ > bytes; ++gone) {
        munmap(gone->pages, gone->bytes);
        bytes_ -= gone->bytes;
    }
    blocks_.erase(blocks_.begin(), gone);
}

void idle_pages::offer_to_kernel() {
    for (block& b : blocks_) {
        if (b.offered) continue;
        madvise(b.pages, b.bytes, MADV_FREE);
        b.offered = true;
    }
}

}  // namespace berth::async
