#include "cache/disk/disk_cache.hpp"

#include "async/for_each.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace berth::cache {
namespace {

using enum brought::state;

/// A store with one blob, which counts what it is asked for.
class disk_cache_test : public testing::Test {
protected:
    explicit disk_cache_test(std::function<void()> before_write = {})
        : disk_{{directory_.path() / "cache", max_bytes, std::move(before_write)}} {
        set_blob(3'000'000);
    }
    void set_blob(std::size_t size) {
        bytes_.resize(size);
        for (std::size_t i = 0; i < size; ++i) bytes_[i] = static_cast<char>(i * 7 + i / 251);
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
        asked_from_.push_back(range.offset);
        asio::steady_timer timer{co_await asio::this_coro::executor, delay_};
        co_await timer.async_wait(asio::use_awaitable);
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

    static constexpr std::uint64_t max_bytes = 100'000'000;

    std::string bytes_;
    oci::digest digest_ = oci::digest::of("");
    std::uint64_t asked_for_ = 0;
    std::vector<std::uint64_t> asked_from_;
    bool is_away_ = false;
    std::chrono::milliseconds delay_{0};
    blob_traffic traffic_;
    blob_meter meter_{traffic_};
    test::temporary_directory directory_;
    disk_cache disk_;
};

TEST_F(disk_cache_test, brings_a_blob_for_nobody_verified_and_in_the_index) {
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), 0u);
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(disk_.entries(), 1u);
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), bytes_.size());
    EXPECT_TRUE(test::run(disk_.has(digest_)));
    EXPECT_EQ(read(), bytes_);
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(asked_for_, bytes_.size());
    EXPECT_EQ(traffic_.disk.bytes.value(), bytes_.size());
}

TEST_F(disk_cache_test, brings_a_blob_in_pieces_and_asks_for_each_byte_once) {
    EXPECT_EQ(bring({0, 1'000'000}).is, here);
    EXPECT_EQ(asked_for_, 1'000'000u);
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), 1'000'000u);
    EXPECT_EQ(disk_.entries(), 0u);
    EXPECT_EQ(bring({500'000, 1'500'000}).is, here);
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), 2'000'000u);
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(disk_.entries(), 1u);
    EXPECT_EQ(asked_for_, bytes_.size());
}

TEST_F(disk_cache_test, a_reader_joins_what_is_brought_and_brings_the_rest) {
    EXPECT_EQ(bring({0, 1'000'000}).is, here);
    EXPECT_EQ(read(), bytes_);
    EXPECT_EQ(asked_for_, bytes_.size());
}

TEST_F(disk_cache_test, who_waits_for_a_slow_store_does_not_ask_it_again) {
    delay_ = std::chrono::milliseconds{700};
    const auto executor = test::event_loop().get_executor();
    const auto work = [&]() -> awaitable<std::string> {
        const storage::byte_range whole;
        asio::co_spawn(executor, disk_.bring(digest_, bytes_.size(), whole, store()), asio::detached);
        while (asked_from_.empty()) co_await asio::post(executor, asio::use_awaitable);
        const blob_meter meter{traffic_};
        auto opened = co_await disk_.open(digest_, whole, std::nullopt, store(), meter);
        co_return co_await read_all(std::move(opened->bytes));
    };
    EXPECT_EQ(test::run(work()), bytes_);
    EXPECT_EQ(asked_for_, bytes_.size());
}

TEST_F(disk_cache_test, the_pieces_source_is_read_where_it_was_opened_before) {
    auto opened = test::run(open({0, 1'000'000}));
    const storage::byte_range piece{0, 1'000'000};
    EXPECT_EQ(test::run(disk_.bring(digest_, bytes_.size(), piece, store(), std::move(opened))).is, here);
    EXPECT_EQ(asked_for_, 1'000'000u);
}

TEST_F(disk_cache_test, says_that_a_blob_does_not_fit_beside_what_somebody_reads) {
    const auto reader = test::run(disk_.keep(digest_, bytes_.size(), {}, test::run(open({})), store(), meter_));
    EXPECT_EQ(bring().is, here);
    const std::uint64_t before = asked_for_;
    EXPECT_EQ(test::run(disk_.bring(oci::digest::of("x"), max_bytes - 2'000'000, {}, store())).is, does_not_fit);
    EXPECT_EQ(test::run(disk_.bring(oci::digest::of("x"), max_bytes + 1, {}, store())).is, does_not_fit);
    EXPECT_EQ(asked_for_, before);
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), bytes_.size());
}

TEST_F(disk_cache_test, what_has_come_of_a_blob_that_nobody_reads_makes_way_by_its_age) {
    EXPECT_EQ(bring({0, 10}).is, here);
    const auto part = oci::digest::of("part");
    EXPECT_EQ(test::run(disk_.bring(part, max_bytes / 2, {0, 10}, store())).is, here);
    EXPECT_EQ(test::run(disk_.bring(oci::digest::of("x"), max_bytes / 2, {0, 10}, store())).is, here);
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), 0u) << "the oldest";
    EXPECT_EQ(test::run(disk_.bytes_here(part)), 10u);
    EXPECT_EQ(bring({0, 10}).is, here);
    EXPECT_EQ(test::run(disk_.bytes_here(part)), 0u);
}

TEST_F(disk_cache_test, an_index_that_cannot_be_written_keeps_nobody_waiting) {
    for (const char content : {'a', 'b', 'c'}) {
        bytes_ = std::string(max_bytes / 10 * 3, content);
        digest_ = oci::digest::of(bytes_);
        EXPECT_EQ(bring().is, here);
    }
    bytes_ = std::string(max_bytes / 10 * 3, 'd');
    digest_ = oci::digest::of(bytes_);
    {
        database other{directory_.path() / "cache" / "index.sqlite"};
        const database::transaction lock{other};
        other.run("CREATE TABLE of_another (number INTEGER)");
        EXPECT_EQ(bring().is, failed);
        EXPECT_EQ(bring().is, failed);
    }
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(read(), bytes_);
}

TEST_F(disk_cache_test, what_lies_damaged_among_what_has_come_is_not_served) {
    EXPECT_EQ(bring({0, 2'000'000}).is, here);
    for (const auto& file : std::filesystem::directory_iterator{directory_.path() / "cache" / "partial"}) {
        std::fstream damage{file.path(), std::ios::in | std::ios::out | std::ios::binary};
        damage.seekp(1'234'567);
        damage.put(static_cast<char>(~bytes_[1'234'567]));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2100});
    EXPECT_EQ(read(), bytes_);
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(read(), bytes_);
}

TEST_F(disk_cache_test, a_reader_who_began_early_reads_the_cached_file_in_the_end) {
    auto source = test::run(disk_.keep(digest_, bytes_.size(), {}, test::run(open({})), store(), meter_));
    const async::file_part first = test::run(source->read_in_file(1000));
    EXPECT_EQ(first.size_bytes, 1000u);
    EXPECT_EQ(bring().is, here);
    for (const auto& folder : std::filesystem::directory_iterator{directory_.path() / "cache" / "blobs"})
        for (const auto& file : std::filesystem::directory_iterator{folder})
            std::filesystem::resize_file(file.path(), 1000);
    EXPECT_EQ(test::run(read_all(std::move(source))), bytes_.substr(1000));
}

TEST_F(disk_cache_test, ranges_wanted_at_once_come_side_by_side_and_once) {
    set_blob(80'000'000);
    delay_ = std::chrono::milliseconds{400};
    const auto work = [&]() -> awaitable<void> {
        std::vector<std::uint64_t> parts{0, 1, 2, 3};
        const auto read_part = [&](std::uint64_t part) -> awaitable<void> {
            const storage::byte_range range{part * 20'000'000, 20'000'000};
            auto opened = co_await disk_.open(digest_, range, std::nullopt, store(), meter_);
            std::unique_ptr<async::byte_source> source;
            if (opened) {
                source = std::move(opened->bytes);
            } else {
                auto bytes = co_await open(range);
                source = co_await disk_.keep(digest_, bytes_.size(), range, std::move(bytes), store(), meter_);
            }
            const std::string got = co_await read_all(std::move(source));
            EXPECT_TRUE(got == bytes_.substr(range.offset, 20'000'000));
        };
        co_await async::for_each(parts, parts.size(), read_part);
    };
    test::run(work());
    EXPECT_EQ(asked_for_, bytes_.size());
    EXPECT_EQ(disk_.entries(), 1u);
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
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), 0u);
    EXPECT_EQ(disk_.used_bytes(), 0u);
}

TEST_F(disk_cache_test, an_empty_blob_can_be_brought) {
    bytes_.clear();
    digest_ = oci::digest::of("");
    EXPECT_EQ(bring().is, here);
    EXPECT_EQ(disk_.entries(), 1u);
}

TEST_F(disk_cache_test, what_was_used_longest_ago_makes_way_also_within_a_moment) {
    std::vector<std::string> blobs;
    for (const char content : {'a', 'b', 'c', 'd'}) blobs.emplace_back(max_bytes / 10 * 3, content);
    const auto use = [&](std::size_t which) {
        bytes_ = blobs[which];
        digest_ = oci::digest::of(bytes_);
        if (!test::run(disk_.has(digest_))) return bring().is == here;
        return read() == bytes_;
    };
    for (const std::size_t which : {0, 1, 2, 0, 3}) EXPECT_TRUE(use(which));
    const auto is_here = [&](std::size_t which) {
        return test::run(disk_.bytes_here(oci::digest::of(blobs[which]))) != 0;
    };
    EXPECT_TRUE(is_here(0));
    EXPECT_FALSE(is_here(1));
    EXPECT_TRUE(is_here(2));
    EXPECT_TRUE(is_here(3));
}

TEST_F(disk_cache_test, of_the_blobs_that_came_in_part_the_oldest_goes) {
    std::vector<oci::digest> digests;
    for (int i = 0; i < 18; ++i) digests.push_back(oci::digest::of(std::to_string(i)));
    const storage::byte_range part{0, 10};
    for (const auto& digest : digests) EXPECT_EQ(test::run(disk_.bring(digest, 100, part, store())).is, here);
    for (std::size_t i = 0; i < digests.size(); ++i)
        EXPECT_EQ(test::run(disk_.bytes_here(digests[i])), i < 2 ? 0u : 10u) << i;
}

/// Its disk takes nothing until it is let go.
class slow_disk_test : public disk_cache_test {
protected:
    slow_disk_test() : disk_cache_test{[this] { stuck_.wait(true); }} {}

    void let_go() {
        stuck_ = false;
        stuck_.notify_all();
    }
    // Opened and filled from the store, as by the first client.
    std::string read_first() {
        const auto work = [&]() -> awaitable<std::string> {
            auto opened = co_await open({});
            const storage::byte_range whole;
            const blob_meter meter{traffic_};
            auto source = co_await disk_.keep(digest_, bytes_.size(), whole, std::move(opened), store(), meter);
            std::string all = co_await read_all(std::move(source));
            let_go();
            co_return all;
        };
        return test::run(work());
    }

private:
    std::atomic<bool> stuck_ = true;
};

TEST_F(slow_disk_test, nobody_waits_long_for_it_and_what_he_reads_is_kept_when_it_comes_to_it) {
    EXPECT_EQ(read_first(), bytes_);
    EXPECT_EQ(traffic_.store.bytes.value(), bytes_.size());
    EXPECT_EQ(asked_for_, 2 * bytes_.size());
    EXPECT_EQ(disk_.entries(), 1u);
}

TEST_F(slow_disk_test, what_is_too_far_behind_its_reader_is_given_up) {
    set_blob(70 * 1024 * 1024);
    EXPECT_EQ(read_first(), bytes_);
    EXPECT_EQ(disk_.entries(), 0u);
    EXPECT_EQ(test::run(disk_.bytes_here(digest_)), 0u);
    EXPECT_EQ(disk_.used_bytes(), 0u);
}

TEST_F(slow_disk_test, what_a_reader_wants_comes_before_what_nobody_reads) {
    const auto executor = test::event_loop().get_executor();
    const auto work = [&]() -> awaitable<void> {
        const storage::byte_range first{0, 1'000'000}, whole{}, last{2'500'000, 1'000};
        asio::co_spawn(executor, disk_.bring(digest_, bytes_.size(), first, store()), asio::detached);
        while (asked_from_.empty()) co_await asio::post(executor, asio::use_awaitable);
        asio::co_spawn(executor, disk_.bring(digest_, bytes_.size(), whole, store()), asio::detached);
        co_await asio::post(executor, asio::use_awaitable);  // it joins at once
        const blob_meter meter{traffic_};
        const auto reader = co_await disk_.open(digest_, last, std::nullopt, store(), meter);
        EXPECT_TRUE(disk_.has_waiting_readers());
        let_go();
    };
    test::run(work());
    EXPECT_EQ(asked_from_, (std::vector<std::uint64_t>{0, 2'500'000, 1'000'000, 2'501'000}));
    EXPECT_FALSE(disk_.has_waiting_readers());
    EXPECT_EQ(disk_.entries(), 1u);
}

TEST_F(slow_disk_test, what_is_brought_for_nobody_waits_for_it) {
    const auto work = [&]() -> awaitable<brought> {
        asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{400}};
        timer.async_wait([&](error_code) { let_go(); });
        co_return co_await disk_.bring(digest_, bytes_.size(), {}, store());
    };
    EXPECT_EQ(test::run(work()).is, here);
    EXPECT_EQ(asked_for_, bytes_.size());
}

}  // namespace
}  // namespace berth::cache
