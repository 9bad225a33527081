#include "cache/disk/disk_index.hpp"

#include "cache/disk/block_checksums.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

namespace berth::cache {
namespace {

class disk_index_test : public testing::Test {
protected:
    std::string file() const { return directory_.path() / "index.sqlite"; }
    test::temporary_directory directory_;
};

TEST_F(disk_index_test, finds_what_was_added_also_when_opened_again) {
    const std::vector<std::uint64_t> checksums{1, 0xffff'ffff'ffff'fffe, 3};
    {
        disk_index index{file()};
        EXPECT_FALSE(index.find("sha256:aa"));
        index.add({"sha256:aa", 123, checksums}, 10);
    }
    disk_index index{file()};
    const auto found = index.find("sha256:aa");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size_bytes, 123u);
    EXPECT_EQ(found->checksums, checksums);
    EXPECT_EQ(index.total().size_bytes, 123u);
}

TEST_F(disk_index_test, lists_by_last_use) {
    disk_index index{file()};
    EXPECT_EQ(index.total().size_bytes, 0u);
    index.add({"a", 1, {}}, 10);
    index.add({"b", 2, {}}, 20);
    index.add({"c", 4, {}}, 30);
    index.touch("a", 40);
    const auto oldest = index.least_recently_used(2, 0);
    ASSERT_EQ(oldest.size(), 2u);
    EXPECT_EQ(oldest[0].digest, "b");
    EXPECT_EQ(oldest[1].digest, "c");
    EXPECT_EQ(index.least_recently_used(2, 2).front().digest, "a");
    EXPECT_TRUE(index.remove("b"));
    EXPECT_FALSE(index.remove("b"));
    EXPECT_EQ(index.total().size_bytes, 5u);
}

TEST_F(disk_index_test, refuses_a_file_that_is_no_database) {
    std::ofstream{file(), std::ios::binary} << std::string(8192, 'x');
    EXPECT_THROW(disk_index{file()}, std::runtime_error);
}

TEST(block_checksums, survive_packing) {
    const std::vector<std::uint64_t> checksums{0, 1, 0x0102'0304'0506'0708, ~std::uint64_t{0}};
    EXPECT_EQ(unpack(pack(checksums)), checksums);
    EXPECT_NE(checksum_of("a", 1), checksum_of("b", 1));
}

}  // namespace
}  // namespace berth::cache
