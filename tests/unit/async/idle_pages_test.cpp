#include "async/idle_pages.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace berth::async {
namespace {

constexpr std::size_t small = 4096;
constexpr std::size_t large = 3 * 4096;

TEST(idle_pages, gives_what_it_keeps_to_who_wants_the_same_size_the_latest_first) {
    idle_pages idle;
    char* first = map_pages(small);
    char* second = map_pages(small);
    idle.keep(first, small);
    idle.keep(second, small);
    EXPECT_EQ(idle.bytes(), 2 * small);
    EXPECT_EQ(idle.take(large), nullptr);
    char* again = idle.take(small);
    EXPECT_EQ(again, second);
    EXPECT_EQ(idle.take(small), first);
    EXPECT_EQ(idle.take(small), nullptr);
    EXPECT_EQ(idle.bytes(), 0u);
    idle.keep(first, small);
    idle.keep(second, small);
}

TEST(idle_pages, gives_back_those_kept_longest_until_the_rest_fits) {
    idle_pages idle;
    idle.keep(map_pages(large), large);
    char* kept = map_pages(small);
    idle.keep(kept, small);
    idle.shrink_to(large);
    EXPECT_EQ(idle.bytes(), small);
    EXPECT_EQ(idle.take(small), kept);
    idle.keep(kept, small);
    idle.shrink_to(0);
    EXPECT_EQ(idle.bytes(), 0u);
}

TEST(idle_pages, can_be_written_again_after_the_kernel_was_offered_them) {
    idle_pages idle;
    idle.keep(map_pages(large), large);
    idle.offer_to_kernel();
    char* pages = idle.take(large);
    ASSERT_NE(pages, nullptr);
    std::memset(pages, 'x', large);
    EXPECT_EQ(pages[large - 1], 'x');
    idle.keep(pages, large);
}

}  // namespace
}  // namespace berth::async
