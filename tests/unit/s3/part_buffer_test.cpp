#include "s3/part_buffer.hpp"

#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

TEST(part_buffer, takes_as_much_as_fits) {
    part_memory memory{100};
    memory.claim(8);
    part_buffer buffer{memory, 8};
    EXPECT_EQ(buffer.append(asio::buffer("abcde", 5)), 5u);
    EXPECT_FALSE(buffer.full());
    EXPECT_EQ(buffer.append(asio::buffer("fghij", 5)), 3u);
    EXPECT_TRUE(buffer.full());
    EXPECT_EQ(buffer.view(), "abcdefgh");
    buffer.clear();
    EXPECT_EQ(buffer.view(), "");
}

TEST(part_buffer, gives_its_claim_back_once_however_it_is_moved) {
    part_memory memory{100};
    {
        memory.claim(60);
        part_buffer first{memory, 60};
        part_buffer second{std::move(first)};
        EXPECT_FALSE(memory.try_claim(60));
        EXPECT_TRUE(memory.try_claim(40));
        part_buffer third{memory, 40};
        third = std::move(second);
        EXPECT_EQ(third.capacity(), 60u);
        EXPECT_EQ(memory.used_bytes(), 100u);
    }
    EXPECT_EQ(memory.used_bytes(), 0u);
}

}  // namespace
}  // namespace berth::s3
