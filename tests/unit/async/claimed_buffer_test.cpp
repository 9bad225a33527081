#include "async/claimed_buffer.hpp"

#include <gtest/gtest.h>

namespace berth::async {
namespace {

void append(async::claimed_buffer& to, std::string_view bytes) {
    to.advance(asio::buffer_copy(to.room(), asio::buffer(bytes)));
}

TEST(claimed_buffer, takes_as_much_as_was_claimed) {
    memory_budget memory{100};
    claimed_buffer buffer{*memory.try_acquire(8)};
    append(buffer, "abcde");
    EXPECT_FALSE(buffer.full());
    EXPECT_EQ(buffer.room().size(), 3u);
    append(buffer, "fghij");
    EXPECT_TRUE(buffer.full());
    EXPECT_EQ(buffer.view(), "abcdefgh");
}

TEST(claimed_buffer, gives_its_claim_back_once_however_it_is_moved) {
    memory_budget memory{100};
    {
        claimed_buffer first{*memory.try_acquire(60)};
        claimed_buffer second{std::move(first)};
        EXPECT_FALSE(memory.try_acquire(60));
        claimed_buffer third{*memory.try_acquire(40)};
        third = std::move(second);
        EXPECT_EQ(third.capacity(), 60u);
        EXPECT_EQ(memory.used_bytes(), 60u);
    }
    EXPECT_EQ(memory.used_bytes(), 0u);
}

}  // namespace
}  // namespace berth::async
