#include "cache/disk/disk_cache.hpp"

#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

using enum brought::state;

/// A store with one blob, which counts what it is asked for.
class disk_cache_test : public testing::Test {
protected:
    disk_cache_test() {
        for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<char>(i * 7 + i / 251);
        digest_ = oci::digest::of(bytes_);
    }
    ~disk_cache_test() override { EXPECT_TRUE(test::run(disk_.stop())); }

    reopen store() {
        return [this](storage::byte_range range) { return open(range); };
    }
    awaitable<std::unique_ptr<async::byte_source>> open(storage::byte_range range) {
        if (is_away_) throw storage::error{"the store is away"};
        const std::uint64_t size = range.size_bytes.value_or(bytes_.size() - range.offset);
        asked_for_ += size;
        co_return std::make_unique<async::string_source>(bytes_.substr(range.offset, size));
    }
    brought bring(storage::byte_range range = {}) {
        return test::run(disk_.bring(digest_, bytes_.size(), range, store()));
    }
    std::string read(storage::byte_range range = {}) {
        auto opened = test::run(disk_.open(digest_, range, std::nullopt, store(), blob_meter{traffic_}));
        return opened ? test::run(read_all(std::move(opened->bytes))) : "";
    }
    static awaitable<std::string> read_all(std::unique_ptr<async::byte_source> source) {
        std::string bytes;
        std::vector<char> scratch(100'000);
        for (;;) {
            const async::file_part part = co_await source->read_in_file(scratch.size());
            std::size_t n = part.size_bytes;
            if (n != 0) {
                EXPECT_EQ(pread(part.descriptor, scratch.data(), n, static_cast<off_t>(part.offset)),
                          static_cast<ssize_t>(n));
            } else {
                n = co_await source->read_some(asio::buffer(scratch));
            }
            if (n == 0) co_return bytes;
            bytes.append(scratch.data(), n);
        }
    }

    std::string bytes_ = std::string(3'000'000, '\0');
    oci::digest digest_ = oci::digest::of("");
    std::uint64_t asked_for_ = 0;
    bool is_away_ = false;
    blob_traffic traffic_;
    test::temporary_directory directory_;
    disk_cache disk_{{directory_.path() / "cache", 4'000'000}};
};

TEST_F(disk_cache_test, brings_a_blob_for_nobody_verified_and_in_the_index) {
    EXPECT_EQ(disk_.bytes_here(digest_), 0u);
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(disk_.entries(), 1u);
    EXPECT_EQ(disk_.bytes_here(digest_), bytes_.size());
    EXPECT_TRUE(test::run(disk_.has(digest_)));
    EXPECT_EQ(read(), bytes_);
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(asked_for_, bytes_.size());
    EXPECT_EQ(traffic_.disk.bytes.value(), bytes_.size());
}

TEST_F(disk_cache_test, brings_a_blob_in_pieces_and_asks_for_each_byte_once) {
    EXPECT_EQ(bring({0, 1'000'000}).is, here);
    EXPECT_EQ(asked_for_, 1'000'000u);
    EXPECT_EQ(disk_.bytes_here(digest_), 1'000'000u);
    EXPECT_EQ(disk_.entries(), 0u);
    EXPECT_EQ(bring({500'000, 1'500'000}).is, here);
    EXPECT_EQ(disk_.bytes_here(digest_), 2'000'000u);
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(disk_.entries(), 1u);
    EXPECT_EQ(asked_for_, bytes_.size());
}

TEST_F(disk_cache_test, a_reader_joins_what_is_brought_and_brings_the_rest) {
    EXPECT_EQ(bring({0, 1'000'000}).is, here);
    EXPECT_EQ(read(), bytes_);
    EXPECT_EQ(asked_for_, bytes_.size());
}

TEST_F(disk_cache_test, the_pieces_source_is_read_where_it_was_opened_before) {
    auto opened = test::run(open({0, 1'000'000}));
    const storage::byte_range piece{0, 1'000'000};
    EXPECT_EQ(test::run(disk_.bring(digest_, bytes_.size(), piece, store(), std::move(opened))).is, here);
    EXPECT_EQ(asked_for_, 1'000'000u);
}

TEST_F(disk_cache_test, says_that_a_blob_does_not_fit) {
    EXPECT_EQ(bring({0, 10}).is, here);
    EXPECT_EQ(test::run(disk_.bring(oci::digest::of("x"), 1'500'000, {}, store())).is, does_not_fit);
    EXPECT_EQ(asked_for_, 10u);
}

TEST_F(disk_cache_test, says_why_a_blob_cannot_be_brought) {
    is_away_ = true;
    const brought tried = bring();
    EXPECT_EQ(tried.is, failed);
    EXPECT_EQ(tried.why, "the store is away");
    EXPECT_EQ(disk_.used_bytes(), 0u);
    is_away_ = false;
    EXPECT_EQ(bring().is, here);
}

TEST_F(disk_cache_test, a_blob_whose_bytes_are_wrong_is_not_brought) {
    bytes_[1'234'567] ^= 1;
    EXPECT_EQ(bring().is, failed);
    EXPECT_EQ(disk_.bytes_here(digest_), 0u);
    EXPECT_EQ(disk_.used_bytes(), 0u);
}

TEST_F(disk_cache_test, an_empty_blob_can_be_brought) {
    bytes_.clear();
    digest_ = oci::digest::of("");
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(disk_.entries(), 1u);
}

}  // namespace
}  // namespace berth::cache
