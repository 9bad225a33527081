#include "cache/disk/disk_index.hpp"

#include "cache/disk/block_checksums.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
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

TEST_F(disk_index_test, lists_nothing_that_is_pinned_also_when_opened_again) {
    {
        disk_index index{file()};
        index.add({"a", 1, {}}, 10);
        index.add({"b", 2, {}}, 20);
        EXPECT_TRUE(index.pin("one:1", {{"a", 1}, {"still to come", 3}}, 100));
    }
    disk_index index{file()};
    const auto oldest = index.least_recently_used(10, 0);
    ASSERT_EQ(oldest.size(), 1u);
    EXPECT_EQ(oldest[0].digest, "b");
    const auto pins = index.pins();
    ASSERT_EQ(pins.size(), 1u);
    EXPECT_EQ(pins[0].name, "one:1");
    EXPECT_EQ(pins[0].pinned.entries, 2u);
    EXPECT_EQ(pins[0].pinned.size_bytes, 4u);
}

TEST_F(disk_index_test, keeps_a_pin_until_the_last_name_is_unpinned) {
    disk_index index{file()};
    index.add({"a", 1, {}}, 10);
    EXPECT_TRUE(index.pin("one:1", {{"a", 1}}, 100));
    EXPECT_TRUE(index.pin("two:1", {{"a", 1}}, 100));
    EXPECT_TRUE(index.unpin("one:1"));
    EXPECT_FALSE(index.unpin("one:1"));
    EXPECT_TRUE(index.least_recently_used(10, 0).empty());
    EXPECT_TRUE(index.unpin("two:1"));
    EXPECT_EQ(index.least_recently_used(10, 0).size(), 1u);
}

TEST_F(disk_index_test, pins_what_a_name_means_now) {
    disk_index index{file()};
    index.add({"old", 1, {}}, 10);
    index.add({"new", 1, {}}, 20);
    EXPECT_TRUE(index.pin("one:1", {{"old", 1}}, 100));
    EXPECT_TRUE(index.pin("one:1", {{"new", 1}}, 100));
    ASSERT_EQ(index.least_recently_used(10, 0).size(), 1u);
    EXPECT_EQ(index.least_recently_used(10, 0)[0].digest, "old");
}

TEST_F(disk_index_test, pins_no_more_than_it_may_and_counts_what_is_shared_once) {
    disk_index index{file()};
    EXPECT_TRUE(index.pin("one:1", {{"base", 60}, {"a", 20}}, 100));
    EXPECT_FALSE(index.pin("two:1", {{"base", 60}, {"b", 21}}, 100));
    EXPECT_EQ(index.pins().size(), 1u);
    EXPECT_TRUE(index.pin("two:1", {{"base", 60}, {"b", 20}}, 100));
    EXPECT_FALSE(index.pin("two:1", {{"c", 21}, {"d", 0}}, 100));
    EXPECT_EQ(index.pins()[1].pinned.size_bytes, 80u) << "what was pinned before stays so";
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

TEST_F(disk_index_test, begins_anew_after_damage_that_is_found_late) {
    const auto make = [&] { return std::make_unique<disk_index>(file()); };
    {
        disk_index index{file()};
        for (int i = 0; i < 1000; ++i) index.add({std::to_string(i), 1, std::vector<std::uint64_t>(20, 7)}, i);
    }
    {
        disk_index index{file()};
        const auto size = std::filesystem::file_size(file());
        {
            std::fstream damage{file(), std::ios::in | std::ios::out | std::ios::binary};
            damage.seekp(static_cast<std::streamoff>(8 * 4096));
            damage << std::string(size - 9 * 4096, '\xff');
        }
        EXPECT_THROW(for (int i = 0; i < 1000; ++i) index.find(std::to_string(i)), std::runtime_error);
    }
    EXPECT_THROW(disk_index{file()}, std::runtime_error);
    EXPECT_EQ(open_or_begin_anew(file(), make)->total().entries, 0u);
    EXPECT_NO_THROW(disk_index{file()});
}

}  // namespace
}  // namespace berth::cache
