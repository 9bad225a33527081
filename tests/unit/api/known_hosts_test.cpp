#include "api/known_hosts.hpp"

#include <gtest/gtest.h>

namespace berth::api {

TEST(known_hosts, are_numbers_and_localhost_and_what_is_named) {
    const known_hosts some{{"Registry.Example", "other:5000"}};
    for (const char* known :
         {"", "127.0.0.1", "127.0.0.1:5000", "10.1.2.3", "[::1]:5000", "[::1]", "localhost", "LOCALHOST:5000",
          "localhost.:5000", "cache.localhost", "registry.example", "registry.EXAMPLE:443", "other"})
        EXPECT_TRUE(some.has(known)) << known;
    for (const char* other :
         {"attacker.example", "attacker.example:5000", "127.0.0.1.attacker.example", "localhost.attacker.example",
          "xlocalhost", "0x7f.1.attacker", "[", ":", "registry.example.attacker"})
        EXPECT_FALSE(some.has(other)) << other;
    EXPECT_TRUE(known_hosts{{"*"}}.has("attacker.example"));
}

TEST(known_hosts, count_where_the_address_is_a_loopback_one) {
    for (const char* loopback : {"127.0.0.1:5000", "127.1.2.3:1", "[::1]:5000", "localhost:5000"})
        EXPECT_TRUE(is_loopback(loopback)) << loopback;
    for (const char* other : {":5000", "0.0.0.0:5000", "[::]:5000", "10.0.0.1:5000", "registry.example:5000"})
        EXPECT_FALSE(is_loopback(other)) << other;
}

}  // namespace berth::api
