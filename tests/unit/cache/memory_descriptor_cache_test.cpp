#include "cache/descriptor/memory_descriptor_cache.hpp"

#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::cache {

namespace {
const oci::repository_name repo = *oci::repository_name::parse("a/b");
const oci::repository_name other = *oci::repository_name::parse("a/c");
const oci::digest one = oci::digest::of("one"), two = oci::digest::of("two"), three = oci::digest::of("three");
}  // namespace

TEST(memory_descriptor_cache, remembers_and_forgets) {
    memory_descriptor_cache cache{10};
    test::run(cache.put(repo, one, 7));
    EXPECT_EQ(test::run(cache.find(repo, one)), 7u);
    test::run(cache.put(repo, one, 8));
    EXPECT_EQ(test::run(cache.find(repo, one)), 8u);
    test::run(cache.forget(repo, one));
    EXPECT_EQ(test::run(cache.find(repo, one)), std::nullopt);
}

TEST(memory_descriptor_cache, tells_repositories_apart) {
    memory_descriptor_cache cache{10};
    test::run(cache.put(repo, one, 7));
    EXPECT_EQ(test::run(cache.find(other, one)), std::nullopt);
}

TEST(memory_descriptor_cache, drops_the_least_recently_used) {
    memory_descriptor_cache cache{2};
    test::run(cache.put(repo, one, 1));
    test::run(cache.put(repo, two, 2));
    test::run(cache.find(repo, one));
    test::run(cache.put(repo, three, 3));
    EXPECT_EQ(test::run(cache.find(repo, one)), 1u);
    EXPECT_EQ(test::run(cache.find(repo, two)), std::nullopt);
    EXPECT_EQ(test::run(cache.find(repo, three)), 3u);
}

TEST(memory_descriptor_cache, of_size_zero_has_no_limit) {
    memory_descriptor_cache cache{0};
    for (int i = 0; i < 1000; ++i) test::run(cache.put(repo, oci::digest::of(std::to_string(i)), i));
    EXPECT_EQ(test::run(cache.find(repo, oci::digest::of("0"))), 0u);
}

}  // namespace berth::cache
