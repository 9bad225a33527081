#include "cache/manifest_cache.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

std::shared_ptr<const verified_manifest> of_size(std::size_t bytes) {
    return std::make_shared<const verified_manifest>(verified_manifest{std::string(bytes, 'x'), "type", {}});
}

const oci::digest one = oci::digest::of("one"), two = oci::digest::of("two"), three = oci::digest::of("three");

TEST(manifest_cache, returns_the_manifest_of_a_digest) {
    manifest_cache cache{100'000};
    EXPECT_FALSE(cache.find(one));
    cache.put(one, of_size(10));
    ASSERT_TRUE(cache.find(one));
    EXPECT_EQ(cache.find(one)->bytes.size(), 10u);
    EXPECT_FALSE(cache.find(two));
}

TEST(manifest_cache, is_bounded_in_bytes_and_drops_the_least_recently_used) {
    manifest_cache cache{100'000};
    cache.put(one, of_size(40'000));
    cache.put(two, of_size(40'000));
    cache.find(one);
    cache.put(three, of_size(40'000));
    EXPECT_TRUE(cache.find(one));
    EXPECT_FALSE(cache.find(two));
    EXPECT_TRUE(cache.find(three));
}

TEST(manifest_cache, keeps_nothing_larger_than_itself_and_with_no_room_nothing_at_all) {
    manifest_cache cache{1000};
    cache.put(one, of_size(1000));
    EXPECT_FALSE(cache.find(one)) << "an entry takes more than its bytes";
    manifest_cache none{0};
    none.put(one, of_size(1));
    EXPECT_FALSE(none.find(one));
}

}  // namespace
}  // namespace berth::cache
