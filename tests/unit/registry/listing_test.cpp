#include "registry/listing.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

TEST(list_position, of_a_name_is_the_name) {
    for (const char* name : {"", "a", "library", "V1.0_rc-1", "not a/tag"}) {
        const std::string expected = std::string{name}.substr(0, std::string{name}.find(' '));
        EXPECT_EQ(list_position(name), expected);
    }
}

TEST(list_position, keeps_the_order_of_names_and_holds_what_every_store_takes) {
    const std::string names[]{"a", "a-b", "a.b", "a_b", "aZ", "az", "b", std::string(128, 'a')};
    const std::string strange[]{std::string{"\0", 1},
                                std::string{"a\0b", 3},
                                "a\x1f",
                                "a b",
                                "a\x7f",
                                "a\xc3\xa4",
                                "\xff",
                                "a-b\xff",
                                "a/../b",
                                "a~",
                                std::string(300, 'a'),
                                std::string(40'000, 'z')};
    for (const std::string& last : strange) {
        const std::string position = list_position(last);
        EXPECT_LE(position.size(), 256u);
        for (const char c : position) EXPECT_TRUE(c > ' ' && c <= '~') << last;
        for (const std::string& name : names) EXPECT_EQ(name > position, name > last) << name << " and " << last;
    }
}

TEST(repository_exists, where_there_are_blobs_or_manifests) {
    storage::memory_driver driver;
    for (const char* file : {"blobs/_layers/sha256/00/link", "manifests/_manifests/revisions/sha256/00/link",
                             "uploads/_uploads/1/startedat", "parent/child/_layers/sha256/00/link"})
        test::run(driver.put(std::string{"/docker/registry/v2/repositories/"} + file, "x"));
    const auto exists = [&](const char* name) {
        return test::run(repository_exists(driver, *oci::repository_name::parse(name)));
    };
    EXPECT_TRUE(exists("blobs"));
    EXPECT_TRUE(exists("manifests"));
    EXPECT_TRUE(exists("parent/child"));
    EXPECT_FALSE(exists("uploads"));
    EXPECT_FALSE(exists("parent"));
    EXPECT_FALSE(exists("absent"));
}

}  // namespace berth::registry
