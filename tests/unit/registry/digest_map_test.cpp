#include "registry/digest_map.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth::registry {
namespace {

TEST(digest_set, holds_what_was_put_in_and_nothing_else) {
    digest_set set;
    for (int i = 0; i < 1000; ++i) {
        set.insert(oci::digest::of(std::to_string(i)));
        set.insert(oci::digest::of(std::to_string(i), hash_function::sha512));
    }
    EXPECT_EQ(set.size(), 2000u);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(set.contains(oci::digest::of(std::to_string(i))));
        EXPECT_TRUE(set.contains(oci::digest::of(std::to_string(i), hash_function::sha512)));
        EXPECT_FALSE(set.contains(oci::digest::of(std::to_string(i) + "x")));
    }
}

TEST(digest_set, tells_digests_apart_by_each_of_their_first_64_digits) {
    const std::string zeros(64, '0');
    digest_set set;
    set.insert(oci::digest::from_hex(hash_function::sha256, zeros));
    for (std::size_t at = 0; at < zeros.size(); ++at) {
        std::string other = zeros;
        other[at] = 'f';
        EXPECT_FALSE(set.contains(oci::digest::from_hex(hash_function::sha256, other))) << at;
    }
}

TEST(digest_set, counts_a_digest_once) {
    digest_set set;
    set.insert(oci::digest::of("a"));
    set.insert(oci::digest::of("a"));
    EXPECT_EQ(set.size(), 1u);
}

}  // namespace
}  // namespace berth::registry
