#pragma once

#include <cstddef>
#include <vector>

namespace berth::async {

/// Whole pages straight from the kernel: freed heap of this size would stay with the process. Those never written cost
/// nothing. Throws std::bad_alloc.
char* map_pages(std::size_t bytes);

/// Pages that one transfer has used and another one may: new ones would have to be cleared first, which can take as
/// long as the bytes need through the network. Not thread-safe.
class idle_pages {
public:
    idle_pages() = default;
    ~idle_pages() { shrink_to(0); }
    idle_pages(const idle_pages&) = delete;
    idle_pages& operator=(const idle_pages&) = delete;

    /// `pages` came from map_pages(bytes).
    void keep(char* pages, std::size_t bytes);
    /// As map_pages(bytes) gave them; null where there are none.
    char* take(std::size_t bytes);
    /// Gives those kept longest back, until at most so many bytes are left.
    void shrink_to(std::size_t bytes);
    /// The kernel may take them where memory gets scarce; until then they are here to be used again.
    void offer_to_kernel();

    std::size_t bytes() const { return bytes_; }

private:
    struct block {
        char* pages;
        std::size_t bytes;
        bool offered;
    };
    std::vector<block> blocks_;  // kept longest first
    std::size_t bytes_ = 0;
};

}  // namespace berth::async
